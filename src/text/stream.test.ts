import { describe, expect, it } from 'vitest';
import { displayBytes } from './display.ts';
import { createTokenizer } from './hugging-face.ts';
import { byteLevelJson, sentencePieceJson } from './tokenizers.test-helper.ts';

const sentencePiece = createTokenizer(sentencePieceJson(), null);
const byteLevel = createTokenizer(byteLevelJson(), null);
const idsOf = (text: string) => sentencePiece.encode(text, { specialTokens: false }).map(({ id }) => id);
const byte = (value: number) => 3 + value;

describe('a text stream', () => {
  it('drops the added space at the beginning only', () => {
    const [mia] = idsOf('Mia');
    expect(sentencePiece.stream([]).push(mia!)).toBe('Mia');
    expect(sentencePiece.stream([1]).push(mia!)).toBe('Mia');
    expect(sentencePiece.stream([1, mia!]).push(mia!)).toBe(' Mia');
  });
  it('holds back half a character', () => {
    const stream = byteLevel.stream([]);
    expect([0xe6, 0xbc, 0xa2, 0x21].map((value) => stream.push(byte(value)))).toEqual(['', '', '漢', '!']);
    expect(stream.end()).toBe('');
  });
  it('completes a character that the text before it left half', () => {
    const stream = byteLevel.stream([byte(0x61), byte(0xc3)]);
    expect(stream.push(byte(0xa9))).toBe('é');
  });
  it('shows broken bytes once they can no longer become a character', () => {
    const stream = byteLevel.stream([]);
    expect([0xe6, 0x21, 0xff, 0xf0].map((value) => stream.push(byte(value)))).toEqual(['', '\ufffd!', '\ufffd', '']);
    expect(stream.end()).toBe('\ufffd');
  });
  it('shows nothing for special tokens', () => {
    const stream = byteLevel.stream([]);
    expect([0, byte(0x61), 1].map((id) => stream.push(id))).toEqual(['', 'a', '']);
  });
  it('keeps a byte order mark', () => {
    const ids = byteLevel.encode('\ufeffa', { specialTokens: false }).map(({ id }) => id);
    expect(byteLevel.decode(ids)).toBe('\ufeffa');
  });
});

describe('displayBytes', () => {
  it.each<[number[], string]>([
    [[0x20, 0x61], ' a'],
    [[0xe2], '⟨0xE2⟩'],
    [[0x20, 0xe2, 0x98], ' ⟨0xE2⟩⟨0x98⟩'],
    [[0xa9, 0xc3, 0xa9, 0x0a], '⟨0xA9⟩é\n'],
    [[0xef, 0xbf, 0xbd], '\ufffd'],
    [[0xef, 0xbb, 0xbf], '\ufeff'],
    [[0xed, 0xa0, 0x80], '⟨0xED⟩⟨0xA0⟩⟨0x80⟩'],
    [[], ''],
  ])('shows %j as %j', (bytes, expected) => expect(displayBytes(Uint8Array.from(bytes))).toBe(expected));
});
