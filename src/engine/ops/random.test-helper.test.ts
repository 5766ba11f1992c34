import { expect, test } from 'vitest';
import { randomMatrix } from './random.test-helper.ts';

test('repeats from a seed, and differs between seeds', () => {
  expect(randomMatrix(7, 3, 5)).toEqual(randomMatrix(7, 3, 5));
  expect(randomMatrix(7, 3, 5)).not.toEqual(randomMatrix(8, 3, 5));
});

test('is normally distributed in float32 numbers', () => {
  const { data } = randomMatrix(1, 100, 400);
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  const withinOne = data.filter((value) => Math.abs(value) < 1).length / data.length;
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  expect(Math.abs(withinOne - 0.6827)).toBeLessThan(0.01);
  expect(data.every((value) => value === Math.fround(value))).toBe(true);
});
