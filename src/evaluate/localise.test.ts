import { expect, it } from 'vitest';
import { average, judge, localise } from './localise.ts';

const token = (start: number, end: number, relevance: number) => ({ start, end, relevance });

it('counts a hit when the most relevant token overlaps the evidence', () => {
  const tokens = [token(0, 3, 0.1), token(3, 8, 0.9), token(8, 9, 0.5)];
  expect(localise(tokens, [[7, 8]]).hit).toBe(true);
  expect(localise(tokens, [[8, 9]]).hit).toBe(false);
});

it('gives the share of positive relevance inside, leaving negative relevance out', () => {
  const tokens = [token(0, 3, 3), token(3, 8, 1), token(8, 9, -7)];
  expect(localise(tokens, [[3, 9]]).mass).toBeCloseTo(0.25);
});

it('takes several spans as one', () => {
  const tokens = [token(0, 3, 1), token(3, 8, 1), token(8, 9, 2)];
  expect(localise(tokens, [[0, 3], [8, 9]]).mass).toBeCloseTo(0.75); // prettier-ignore
});

it('does not let an added token win or count', () => {
  expect(localise([token(0, 0, 9), token(0, 3, 1)], [[0, 3]])).toEqual({ hit: true, mass: 1 });
});

it('gives no share where nothing is positive', () => {
  expect(localise([token(0, 3, -1), token(3, 4, -2)], [[3, 4]])).toEqual({ hit: false, mass: 0 });
});

it('averages over items', () => {
  expect(average([{ hit: true, mass: 1 }, { hit: false, mass: 0.5 }])).toEqual({ items: 2, top1: 0.5, mass: 0.75 }); // prettier-ignore
  expect(average([])).toEqual({ items: 0, top1: 0, mass: 0 });
});

it('judges any parts of which it is known whether they lie in the evidence', () => {
  expect(judge([{ relevance: 2, inside: false }, { relevance: 6, inside: true }, { relevance: -9, inside: false }])).toEqual({ hit: true, mass: 0.75 }); // prettier-ignore
});
