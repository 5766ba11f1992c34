// Text ↔ ids, with the character span of every token. Interface only; see hugging-face.ts for the implementation.

/** start and end are UTF-16 offsets into the text as given; a special token that is not in the text has start = end. */
export interface TextToken {
  readonly id: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Turns ids that arrive one by one into text; holds back what is still half a character. */
export interface TextStream {
  /** The text that became complete with this id; possibly ''. */
  push(id: number): string;
  /** What was held back, once no more ids come (broken bytes as U+FFFD). */
  end(): string;
}

export interface Tokenizer {
  readonly size: number;
  encode(text: string, options?: { readonly specialTokens?: boolean }): TextToken[];
  /** Special tokens are left out. */
  decode(ids: readonly number[]): string;
  /** What a token looks like on its own: '⟨0xE2⟩' for half a character, the name of a special token. */
  pieceOf(id: number): string;
  isSpecial(id: number): boolean;
  /** Continues after the given ids, so that a leading space survives. */
  stream(after: readonly number[]): TextStream;
}
