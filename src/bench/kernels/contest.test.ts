import { expect, test } from 'vitest';
import { deviationOf } from './contest.ts';

const of = (...values: number[]) => [Float32Array.from(values)];

test('is the largest difference of the largest number', () => {
  expect(deviationOf(of(1, 2, -4), of(1, 2, -4))).toBe(0);
  expect(deviationOf(of(1, 2.5, -4), of(1, 2, -4))).toBe(0.125);
});

test('takes what is missing or no number for infinitely far', () => {
  expect(deviationOf(of(1, NaN), of(1, 2))).toBe(Infinity);
  expect(deviationOf(of(1), of(1, 2))).toBe(Infinity);
  expect(deviationOf([], of(1))).toBe(Infinity);
});
