// Tokens that are recognised in the text as they stand, before the model sees it: special tokens and user-added words.
import type { JsonObject } from '../models/model.ts';
import { slice, spanOf, type Aligned, type Span } from './aligned.ts';
import { numberAt, stringAt } from './config.ts';

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Left out of decoded text. */
  readonly special: boolean;
  /** Looked for after normalisation, in its own normalised form. */
  readonly normalised: boolean;
  readonly wholeWord: boolean;
  readonly takesSpaceBefore: boolean;
  readonly takesSpaceAfter: boolean;
}

export function readAddedToken(entry: JsonObject): AddedToken {
  const special = entry['special'] === true;
  return {
    id: numberAt(entry, 'id'),
    content: stringAt(entry, 'content'),
    special,
    normalised: typeof entry['normalized'] === 'boolean' ? entry['normalized'] : !special,
    wholeWord: entry['single_word'] === true,
    takesSpaceBefore: entry['lstrip'] === true,
    takesSpaceAfter: entry['rstrip'] === true,
  };
}

export type Section =
  { readonly kind: 'text'; readonly text: Aligned } | ({ readonly kind: 'token'; readonly token: AddedToken } & Span);

/** Cuts a text at the tokens, the longest first where several begin at the same place. */
export function addedTokenSplitter(tokens: ReadonlyMap<string, AddedToken>): (text: Aligned) => Section[] {
  const spellings = [...tokens.keys()].filter((spelling) => spelling !== '').toSorted((a, b) => b.length - a.length);
  if (spellings.length === 0) return (text) => [{ kind: 'text', text }];
  const any = new RegExp(spellings.map((spelling) => spelling.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'g');
  return (text) => {
    const sections: Section[] = [];
    let at = 0;
    const keepText = (end: number) => {
      if (at < end) sections.push({ kind: 'text', text: slice(text, at, end) });
    };
    for (const match of text.text.matchAll(any)) {
      const token = tokens.get(match[0])!;
      let start = match.index;
      let end = start + match[0].length;
      if (token.wholeWord && touchesWord(text.text, start, end)) continue;
      if (token.takesSpaceBefore) start = Math.max(at, start - /\s*$/u.exec(text.text.slice(at, start))![0].length);
      if (token.takesSpaceAfter) end += /^\s*/u.exec(text.text.slice(end))![0].length;
      keepText(start);
      sections.push({ kind: 'token', token, ...spanOf(text, start, end) });
      at = end;
    }
    keepText(text.text.length);
    return sections;
  };
}

function touchesWord(text: string, start: number, end: number): boolean {
  // Two units are enough for the character on either side.
  const before = Array.from(text.slice(Math.max(0, start - 2), start)).at(-1) ?? '';
  const after = Array.from(text.slice(end, end + 2))[0] ?? '';
  return wordCharacter.test(before) || wordCharacter.test(after);
}

const wordCharacter = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;
