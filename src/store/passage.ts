// The passage as tokens with the text each one stands for. Joining all texts gives back what was written, so the page
// can show running text; what shares a character is drawn as one unit.
import type { GeneratedToken, TokenInfo, Turn } from '../session/session.ts';
import { AppError } from '../errors.ts';

export interface PassageToken {
  readonly id: number;
  /** '' for the half of a character that a later token completes. */
  readonly text: string;
  readonly special: boolean;
  /** In a conversation: whose word it is, or that the template put it there. */
  readonly turn?: Turn;
}

/** What is drawn and pointed at as one: usually one token, several where they share a character. */
export interface Unit {
  readonly first: number;
  readonly count: number;
  readonly text: string;
  readonly special: boolean;
}

export const isTemplate = ({ turn }: PassageToken): boolean => turn?.kind === 'template';

const nameOf = (id: number): string => `⟨${id}⟩`;

/** Prompt tokens: each gets the text from where the token before ended, so that no character is lost. */
export function passageOf(source: string, infos: readonly TokenInfo[]): PassageToken[] {
  let shown = 0;
  return infos.map(({ id, text, start, end, special }, index) => {
    // A token without a span of its own: a special one that was added, or the tokenizer's dummy prefix.
    if (end <= start) return { id, text: text ?? nameOf(id), special };
    const next = infos[index + 1];
    const sharesWithNext = next !== undefined && next.start === start && next.end === end;
    if (sharesWithNext) return { id, text: '', special };
    const isLast = infos.slice(index + 1).every((later) => later.end <= later.start);
    const piece = source.slice(shown, isLast ? source.length : end);
    shown = end;
    return { id, text: piece, special };
  });
}

export function answerToken({ id, text, special }: GeneratedToken): PassageToken {
  // Without a tokenizer the answer reads like the prompt: as numbers.
  if (text === null) return { id, text: ` ${id}`, special };
  return { id, text: special && text === '' ? nameOf(id) : text, special };
}

/** A prompt for a model without a tokenizer: its ids, written as numbers. */
export function idsIn(source: string, vocabularySize: number): PassageToken[] {
  return source
    .split(/[\s,[\]]+/)
    .filter((word) => word !== '')
    .map((word) => {
      const id = Number(word);
      if (Number.isInteger(id) && id >= 0 && id < vocabularySize) return { id, text: ` ${id}`, special: false };
      throw new AppError(
        'UsageError',
        `This model has no tokenizer, so a prompt is a list of token ids from 0 to ${vocabularySize - 1}; "${word}" is none.`,
      );
    });
}

export function unitsOf(tokens: readonly PassageToken[]): Unit[] {
  const units: Unit[] = [];
  let first = 0;
  tokens.forEach(({ id, text, special }, index) => {
    if (text === '' && index + 1 < tokens.length && !tokens[index + 1]?.special) return;
    units.push({ first, count: index + 1 - first, text: text === '' ? nameOf(id) : text, special });
    first = index + 1;
  });
  return units;
}
