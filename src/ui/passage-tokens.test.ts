import { describe, expect, it } from 'vitest';
import type { RelevanceMap } from '../store/relevance-map.ts';
import { drawnUnits, spokenName } from './passage-tokens.ts';

const units = [
  { first: 0, count: 1, text: ' Paris', special: false },
  { first: 1, count: 2, text: '⛵', special: false },
  { first: 3, count: 1, text: '\n', special: false },
];
const part = (relevance: number, rank: number) => ({ relevance, rank, share: 0.25, strength: 0, excluded: rank === 3 });
const map: RelevanceMap = { kind: 'map', scale: 4, total: 1, excluded: [], excludedShare: 0, places: [part(-0.412, 1), part(1, 2), part(2, 3)] }; // prettier-ignore

describe('the drawn passage', () => {
  it('adds the relevance of tokens that share a character', () => {
    expect(drawnUnits(units, map)[1]).toMatchObject({
      relevance: 3,
      strength: 0.75,
      share: 0.5,
      rank: 2,
      excluded: true,
    });
  });

  it('has no relevance for the target and what follows, or without a map', () => {
    expect(drawnUnits(units, map)[2]?.relevance).toBeNull();
    expect(drawnUnits(units, null).every(({ relevance }) => relevance === null)).toBe(true);
    expect(drawnUnits(units, { kind: 'flat' })[0]?.relevance).toBeNull();
  });

  it('is named with sign and rank in words', () => {
    const [paris, boat, end] = drawnUnits(units, map);
    expect(spokenName(paris!, 24, false)).toBe('“ Paris”, token 0, relevance minus 0.41, rank 1 of 24');
    expect(spokenName(boat!, 24, true)).toBe('“⛵”, token 1, explained');
    expect(spokenName(end!, 24, false)).toBe('“⏎”, token 3');
  });
});
