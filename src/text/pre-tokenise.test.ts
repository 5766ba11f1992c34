import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../models/model.ts';
import { aligned } from './aligned.ts';
import { createPreTokeniser } from './pre-tokenise.ts';

const pieces = (config: JsonObject, text: string) =>
  createPreTokeniser(config)(aligned(text)).map((piece) => piece.text);
const split = (behavior: string, text: string, invert = false) =>
  pieces({ type: 'Split', pattern: { String: '-' }, behavior, invert }, text);

describe('createPreTokeniser', () => {
  it.each([
    ['Isolated', ['a', '-', '-', 'b', '-']],
    ['Removed', ['a', 'b']],
    ['MergedWithPrevious', ['a-', '-', 'b-']],
    ['MergedWithNext', ['a', '-', '-b', '-']],
    ['Contiguous', ['a', '--', 'b', '-']],
  ])('splits at matches: %s', (behaviour, expected) => expect(split(behaviour, 'a--b-')).toEqual(expected));

  it('swaps matches and the rest where it is inverted', () => {
    expect(split('Removed', 'a--b', true)).toEqual(['-', '-']);
    expect(split('MergedWithNext', 'a-b', true)).toEqual(['a-', 'b']);
  });

  it('splits at expressions written for another engine', () => {
    const pattern = { Regex: "(?i:'s|'t)|\\p{N}{1,3}| ?\\p{L}+|\\s+(?!\\S)|\\s+" };
    const words = pieces({ type: 'Split', pattern, behavior: 'Isolated' }, "IT'S 12345  a\n");
    expect(words).toEqual(['IT', "'S", ' ', '123', '45', ' ', ' a', '\n']);
  });
  it('splits texts that hold the characters it uses as marks', () => {
    const config = { type: 'Split', pattern: { Regex: '\\s' }, behavior: 'Removed' };
    expect(pieces(config, '\ufdd0 \ue000 \ufdd0')).toEqual(['\ufdd0', '\ue000', '\ufdd0']);
  });

  it('spells bytes after splitting into words', () => {
    expect(pieces({ type: 'ByteLevel' }, "it's  é ")).toEqual(['it', "'s", 'Ġ', 'ĠÃ©', 'Ġ']);
    expect(pieces({ type: 'ByteLevel', use_regex: false, add_prefix_space: true }, 'a b')).toEqual(['ĠaĠb']);
    expect(pieces({ type: 'ByteLevel', use_regex: false, add_prefix_space: true }, ' a')).toEqual(['Ġa']);
  });
  it('marks words as SentencePiece does', () => {
    expect(pieces({ type: 'Metaspace' }, 'a b  c')).toEqual(['▁a', '▁b', '▁', '▁c']);
    expect(pieces({ type: 'Metaspace', split: false }, ' a b')).toEqual(['▁a▁b']);
    expect(pieces({ type: 'Metaspace', split: false, prepend_scheme: 'never' }, 'a b')).toEqual(['a▁b']);
    expect(pieces({ type: 'Metaspace', split: false, add_prefix_space: false }, 'a b')).toEqual(['a▁b']);
  });
  it('splits digits, signs and spaces', () => {
    expect(pieces({ type: 'Digits', individual_digits: true }, 'a12')).toEqual(['a', '1', '2']);
    expect(pieces({ type: 'Digits', individual_digits: false }, 'a12²b')).toEqual(['a', '12²', 'b']);
    expect(pieces({ type: 'Punctuation' }, 'a,.b')).toEqual(['a', ',', '.', 'b']);
    expect(pieces({ type: 'Whitespace' }, 'é_1 ,.b')).toEqual(['é_1', ',.', 'b']);
    expect(pieces({ type: 'WhitespaceSplit' }, ' a,  b\n')).toEqual(['a,', 'b']);
    expect(pieces({ type: 'BertPreTokenizer' }, 'a,. b')).toEqual(['a', ',', '.', 'b']);
    expect(pieces({ type: 'CharDelimiterSplit', delimiter: '|' }, 'a|b')).toEqual(['a', 'b']);
  });
  it('runs steps in turn', () => {
    const steps = [{ type: 'Digits', individual_digits: true }, { type: 'ByteLevel' }];
    expect(pieces({ type: 'Sequence', pretokenizers: steps }, 'a 12')).toEqual(['a', 'Ġ', '1', '2']);
  });
  it('keeps what pieces stand for', () => {
    const [first, second] = createPreTokeniser({ type: 'Metaspace' })(aligned('é b'));
    expect([first!.starts, first!.ends]).toEqual([
      [0, 0],
      [0, 1],
    ]);
    expect([second!.starts, second!.ends]).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });
  it('refuses a split behaviour it does not know', () => {
    expect(() => split('Sideways', 'a')).toThrow(/uses the split behaviour "Sideways"/);
  });
});
