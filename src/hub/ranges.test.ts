import { describe, expect, it } from 'vitest';
import { randomNumbers } from './hub.test-helper.ts';
import { addRange, clipRanges, missingFrom, prefixOf, sizeOfRanges, type Range } from './ranges.ts';

const size = 40;

/** The set as one truth value a byte. */
const bytesOf = (ranges: readonly Range[]): boolean[] =>
  Array.from({ length: size }, (_, byte) => ranges.some(([start, end]) => start <= byte && byte < end));

describe('ranges', () => {
  it('are what a set of bytes would be, over random additions', () => {
    const random = randomNumbers(1);
    const pick = (): number => Math.floor(random() * (size + 1));
    for (let round = 0; round < 200; round++) {
      let ranges: Range[] = [];
      const bytes = bytesOf([]);
      for (let step = 0; step < 8; step++) {
        const [start, end] = [pick(), pick()].toSorted((a, b) => a - b) as [number, number];
        ranges = addRange(ranges, [start, end]);
        bytes.fill(true, start, end);
        expect(bytesOf(ranges)).toEqual(bytes);
        expect(ranges.every(([from], index) => index === 0 || ranges[index - 1]![1] < from)).toBe(true);
        expect(sizeOfRanges(ranges)).toBe(bytes.filter(Boolean).length);
        expect(prefixOf(ranges)).toBe([...bytes, false].indexOf(false));
        const [from, to] = [pick(), pick()].toSorted((a, b) => a - b) as [number, number];
        const missing = bytes.map((present, byte) => !present && from <= byte && byte < to);
        expect(bytesOf(missingFrom(ranges, [from, to]))).toEqual(missing);
        expect(bytesOf(clipRanges(ranges, to))).toEqual(bytes.map((present, byte) => present && byte < to));
      }
    }
  });
});
