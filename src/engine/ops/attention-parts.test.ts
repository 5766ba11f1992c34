import { describe, expect, it } from 'vitest';
import type { Lanes } from '../lanes.ts';
import { decodingWorth, inOne, partCount, partsOf, relevanceWorth, seenKeys } from './attention-parts.ts';

const counts = (name: Lanes['name'], workgroups: number, lengths: readonly number[]): number[] =>
  lengths.map((keys) => partsOf(decodingWorth[name], workgroups, keys).count);

describe('the parts of the keys of one query', () => {
  it('are one while the context is short, and double with its length until the device is busy', () => {
    expect(counts('alone', 9, [1, 511, 512, 1023, 1024, 2048, 4096, 8192, 100_000])).toEqual([
      1, 1, 2, 2, 4, 8, 16, 32, 32,
    ]);
    expect(counts('of four', 3, [1, 1023, 1024, 2047, 2048, 100_000])).toEqual([1, 1, 2, 2, 4, 4]);
    expect(counts('of eight', 3, [1, 4095, 4096, 8191, 8192, 100_000])).toEqual([1, 1, 2, 2, 4, 4]);
  });

  it('are one where the heads keep the device busy by themselves', () => {
    expect(counts('alone', 256, [100_000])).toEqual([1]);
    for (const name of ['of four', 'of eight'] as const) expect(counts(name, 8, [100_000])).toEqual([1]);
  });

  it('have every key once, and none is empty', () => {
    for (const name of ['alone', 'of four', 'of eight'] as const)
      for (const workgroups of [1, 2, 3, 5, 9, 40, 300])
        for (const seen of [1, 2, 511, 512, 513, 1025, 4097, 8193, 20_001, 131_072]) {
          const { count, keys, most } = partsOf(decodingWorth[name], workgroups, seen);
          const label = `${seen} keys, ${workgroups} workgroups, lanes ${name}`;
          expect(count * keys, label).toBeGreaterThanOrEqual(seen);
          expect((count - 1) * keys, label).toBeLessThan(seen);
          expect(count, label).toBeLessThanOrEqual(most);
          // What the buffers hold does not depend on the length of the text.
          expect(most, label).toBe(partsOf(decodingWorth[name], workgroups, 1).most);
          expect(most * workgroups, label).toBeLessThan(Math.max(2 * 256, workgroups + 1));
        }
  });

  it('are the whole where nothing is shared out', () => expect(inOne(7)).toEqual({ count: 1, keys: 7, most: 1 }));
});

describe('the parts of the keys on the way back', () => {
  it('are several for a long explanation with few heads', () => {
    const parts = (heads: number) => [64, 255, 256, 512, 4096].map((keys) => partCount(relevanceWorth, heads, keys));
    expect([parts(1), parts(3), parts(8)]).toEqual([[1, 1, 2, 4, 8], [1, 1, 2, 4, 4], [1, 1, 1, 1, 1]]); // prettier-ignore
  });
});

describe('the keys that a query sees', () => {
  const shape = { heads: 1, keyValueHeads: 1, headSize: 4, causal: true, window: null };
  it.each([
    ['all up to its own', shape, 10, 9, 10],
    ['none behind its own', shape, 10, 4, 5],
    ['all, where it may look ahead', { ...shape, causal: false }, 10, 4, 10],
    ['as many as the window is wide', { ...shape, window: 3 }, 10, 9, 3],
    ['all while the window is wider', { ...shape, window: 30 }, 10, 9, 10],
    ['its own at least', { ...shape, window: 1 }, 10, 9, 1],
    ['those ahead of it too, with a window behind', { ...shape, causal: false, window: 3 }, 10, 4, 8],
  ])('are %s', (_title, options, keys, offset, expected) => {
    expect(seenKeys(options, { keys, offset })).toBe(expected);
  });
});
