import { expect, test } from 'vitest';
import { median } from './median.ts';

test('is the value in the middle, by size, not by letters', () => {
  expect(median([10, 9, 100])).toBe(10);
  expect(median([7])).toBe(7);
});

test('is the mean of the two in the middle where the number of values is even', () => {
  expect(median([1, 100, 2, 4])).toBe(3);
  expect(median([1, 2])).toBe(1.5);
});
