import { expect, test } from 'vitest';
import { randomNumbers } from './random.ts';

const take = (seed: number, count: number): number[] => {
  const next = randomNumbers(seed);
  return Array.from({ length: count }, () => next());
};

test('gives the same numbers for the same seed, and others for another', () => {
  expect(take(5, 100)).toEqual(take(5, 100));
  const seeds = [0, 1, 2, 3, 2 ** 31, 2 ** 32 - 1, 2 ** 32 + 7, 2 ** 40 + 3, Number.MAX_SAFE_INTEGER];
  expect(new Set(seeds.map((seed) => take(seed, 4).join())).size).toBe(seeds.length);
});

test('gives float32 numbers from 0 up to, but never, 1', () => {
  const numbers = take(1, 100_000);
  expect(numbers.every((value) => value >= 0 && value < 1 && value === Math.fround(value))).toBe(true);
  expect(Math.min(...numbers)).toBeLessThan(1e-3);
  expect(Math.max(...numbers)).toBeGreaterThan(1 - 1e-3);
});

test('is uniform, from the first number of neighbouring seeds on', () => {
  const streams = [take(7, 20_000), Array.from({ length: 20_000 }, (_, seed) => take(seed, 1)[0]!)];
  for (const numbers of streams) {
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    for (let bin = 0; bin < 10; bin++) {
      const share = numbers.filter((value) => Math.floor(value * 10) === bin).length / numbers.length;
      expect(Math.abs(share - 0.1), `bin ${bin}`).toBeLessThan(0.01);
    }
  }
});

test('does not repeat what came before: neighbouring numbers are uncorrelated', () => {
  const numbers = take(3, 20_000).map((value) => value - 0.5);
  const products = numbers.slice(1).map((value, index) => value * numbers[index]!);
  const correlation = (12 * products.reduce((sum, value) => sum + value, 0)) / products.length;
  expect(Math.abs(correlation)).toBeLessThan(0.03);
});
