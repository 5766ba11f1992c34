// Packed integers against the same lines read bit by bit from one large number.
import { describe, expect, test } from 'vitest';
import { codeRowBytes, makeUnsigned, packLine, repackLines, resizeRows, swapNibbles, unpackLine } from './codes.ts';
import { Random } from './layers.test-helper.ts';

const random = new Random(7);
const words = Uint32Array.from({ length: 24 }, () => random.integer(65536) * 65536 + random.integer(65536));
const bytes = new Uint8Array(words.buffer);

/** Value i of the line that begins at a word. */
function slow(start: number, bits: number, i: number): number {
  const line = words.subarray(start).reduceRight((number, word) => (number << 32n) | BigInt(word), 0n);
  return Number((line >> BigInt(i * bits)) & ((1n << BigInt(bits)) - 1n));
}

describe('a line of codes', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('of %s bits is read without gaps between words', (bits) => {
    const count = Math.floor((16 * 32) / bits);
    const expected = Array.from({ length: count }, (_, i) => slow(8, bits, i));
    expect([...unpackLine(bytes, 32, bits, 0, count)]).toEqual(expected);
    expect([...unpackLine(bytes, 32, bits, 5, 20)]).toEqual(expected.slice(5, 25));
  });

  test.each([4, 8] as const)('of %s bits is written as it is read', (bits) => {
    const codes = Uint8Array.from(random.integers(13, 2 ** bits));
    const packed = new Uint8Array(16);
    packLine(codes, bits, packed, 0);
    expect(unpackLine(packed, 0, bits, 0, 13)).toEqual(codes);
    expect(packed.subarray(Math.ceil((13 * bits) / 8)).every((byte) => byte === 0)).toBe(true);
  });

  test.each([2, 3, 4, 5, 6, 8])('of %s bits is packed anew, in another order, padded to octets', (bits) => {
    const columns = 29;
    const order = Uint32Array.from(new Random(bits).shuffled(columns));
    const lines = { bytes, lines: 3, stride: 32, bits };
    const rows = repackLines(lines, columns, order);
    const kept = bits <= 4 ? 4 : 8;
    expect(rows).toHaveLength(3 * codeRowBytes(columns, kept));
    for (let line = 0; line < 3; line++) {
      const codes = [...unpackLine(rows, line * 4 * kept, kept, 0, 32)];
      expect(codes).toEqual([...Array.from(order, (place) => slow(line * 8, bits, place)), 0, 0, 0]);
    }
  });
});

describe('rows of bytes', () => {
  test('are cut or padded', () => {
    const rows = Uint8Array.of(1, 2, 3, 4);
    expect([...resizeRows(rows, 2, 3)]).toEqual([1, 2, 0, 3, 4, 0]);
    expect([...resizeRows(rows, 2, 1)]).toEqual([1, 3]);
    expect(resizeRows(rows, 2, 2)).toBe(rows);
    expect(resizeRows(new Uint8Array(0), 0, 5)).toHaveLength(0);
  });

  test('have their nibbles swapped and their signs shifted', () => {
    expect([...swapNibbles(Uint8Array.of(0x12, 0xf0))]).toEqual([0x21, 0x0f]);
    expect([...makeUnsigned(Uint8Array.of(0x80, 0xff, 0, 0x7f))]).toEqual([0, 127, 128, 255]);
  });
});
