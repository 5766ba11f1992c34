import { describe, expect, it } from 'vitest';
import { patchMap, percentile, relevanceMap, type MapOptions, type RelevanceMap } from './relevance-map.ts';

const plain: MapOptions = { special: () => false, policy: 'exclude', lockedScale: null };
const firstIsSpecial: MapOptions = { ...plain, special: (index) => index === 0 };

function drawn(relevances: readonly number[], options: MapOptions = plain): Extract<RelevanceMap, { kind: 'map' }> {
  const map = relevanceMap(relevances, 1, options);
  if (map.kind !== 'map') throw new Error(`expected a map, got ${map.kind}`);
  return map;
}

describe('the relevance map', () => {
  it('clips at the 99th percentile of |R|', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
    const values = Array.from({ length: 101 }, (_, index) => (index === 50 ? -1000 : 1));
    const map = drawn(values);
    expect(map.scale).toBe(1);
    expect(map.places[50]).toMatchObject({ strength: 1, rank: 1, relevance: -1000 });
  });

  it('is symmetric: a sign changes the hue, never the strength', () => {
    const strengths = (sign: number): number[] => drawn([1, -2, 4].map((value) => sign * value)).places.map(({ strength }) => strength); // prettier-ignore
    expect(strengths(1)).toEqual(strengths(-1));
  });

  it('leaves special tokens out of the scale but keeps their value', () => {
    const map = drawn([30, 1, -2], firstIsSpecial);
    expect(map.scale).toBeCloseTo(1.99, 10);
    expect(map.excluded).toEqual([0]);
    expect(map.excludedShare).toBeCloseTo(30 / 33, 10);
    expect(map.places[0]).toMatchObject({ relevance: 30, excluded: true, strength: 1 });
    expect(drawn([30, 1, -2], { ...firstIsSpecial, policy: 'show' }).scale).toBeGreaterThan(29);
  });

  it('treats a first or last token that outweighs all others like a special one, in longer texts only', () => {
    expect(drawn([1, 1, 1, 1, 1, 1, 1, -90]).excluded).toEqual([7]);
    expect(drawn([90, 1, 1, 1, 1, 1, 1, 1]).excluded).toEqual([0]);
    expect(drawn([1, 1, 1, 90, 1, 1, 1, 1]).excluded).toEqual([]);
    expect(drawn([1, -90]).excluded).toEqual([]);
  });

  it('keeps the locked scale', () => {
    expect(drawn([1, 2], { ...plain, lockedScale: 8 }).places.map(({ strength }) => strength)).toEqual([0.125, 0.25]);
  });

  it('falls back to all tokens when those in the scale are all zero', () => {
    expect(drawn([3, 0, 0], firstIsSpecial).scale).toBeGreaterThan(0);
  });

  it('has shares that sum to one and ranks by |R|', () => {
    const { places } = drawn([1, -3, 2]);
    expect(places.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(places.map(({ rank }) => rank)).toEqual([3, 1, 2]);
  });

  it('of patches leaves no patch out, and may be locked too', () => {
    const patches = [90, 1, 1, 1, 1, 1, 1, 1, -1];
    expect(patchMap(patches, 90, null)).toMatchObject({ excluded: [], excludedShare: 0 });
    expect(patchMap(patches, 90, 2)).toMatchObject({ scale: 2 });
  });

  it('is a message where there is nothing to draw', () => {
    expect(relevanceMap([0, 1e-9], 1, plain)).toEqual({ kind: 'flat' });
    expect(relevanceMap([], 1, plain)).toEqual({ kind: 'flat' });
    expect(relevanceMap([1, NaN, Infinity], 1, plain)).toEqual({ kind: 'broken', count: 2 });
  });
});
