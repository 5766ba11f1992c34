import { describe, expect, it } from 'vitest';
import { addedTokenSplitter, readAddedToken } from './added-tokens.ts';
import { aligned } from './aligned.ts';

const token = (content: string, more = {}) =>
  [content, readAddedToken({ id: 7, content, special: true, ...more })] as const;
const cut = (text: string, ...tokens: (readonly [string, ReturnType<typeof readAddedToken>])[]) =>
  addedTokenSplitter(new Map(tokens))(aligned(text)).map((section) =>
    section.kind === 'text' ? section.text.text : [section.token.content, section.start, section.end],
  );

describe('addedTokenSplitter', () => {
  it('leaves a text without tokens whole', () => {
    expect(cut('a b')).toEqual(['a b']);
    expect(cut('a b', token('<s>'))).toEqual(['a b']);
  });
  it('cuts at every token', () => {
    expect(cut('<s>a<s><s>b', token('<s>'))).toEqual([['<s>', 0, 3], 'a', ['<s>', 4, 7], ['<s>', 7, 10], 'b']);
  });
  it('prefers the longest token, and takes its characters literally', () => {
    expect(cut('a.*|b', token('.*'), token('.*|'))).toEqual(['a', ['.*|', 1, 4], 'b']);
  });
  it('swallows the spaces a token claims, on its sides only', () => {
    expect(cut('a \n<s> b', token('<s>', { lstrip: true }))).toEqual(['a', ['<s>', 1, 6], ' b']);
    expect(cut('a <s>\t b', token('<s>', { rstrip: true }))).toEqual(['a ', ['<s>', 2, 7], 'b']);
    expect(cut('<s> <s>', token('<s>', { lstrip: true, rstrip: true }))).toEqual([
      ['<s>', 0, 4],
      ['<s>', 4, 7],
    ]);
  });
  it('takes a whole word only between other characters', () => {
    const word = token('cat', { single_word: true });
    expect(cut('a cat, cats 𝐚cat', word)).toEqual(['a ', ['cat', 2, 5], ', cats 𝐚cat']);
  });
});

describe('readAddedToken', () => {
  it('looks for special tokens before normalisation and for others after it, unless told otherwise', () => {
    expect(readAddedToken({ id: 1, content: 'a', special: true }).normalised).toBe(false);
    expect(readAddedToken({ id: 1, content: 'a' }).normalised).toBe(true);
    expect(readAddedToken({ id: 1, content: 'a', normalized: false }).normalised).toBe(false);
  });
});
