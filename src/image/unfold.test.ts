import { expect, test } from 'vitest';
import { unfold } from './unfold.ts';

test('gives each patch a row in the order channel, row, column', () => {
  // Two channels of 2 x 4, the second a hundred higher; patches of 2 x 2.
  const channel = [0, 1, 2, 3, 10, 11, 12, 13];
  const pixels = [...channel, ...channel.map((value) => 100 + value)];
  const left = [0, 1, 10, 11];
  const right = [2, 3, 12, 13];
  const both = (patch: number[]) => [...patch, ...patch.map((value) => 100 + value)];
  expect([...unfold(pixels, { channels: 2, height: 2, width: 4 }, 2)]).toEqual([...both(left), ...both(right)]);
});

test('numbers patches row by row', () => {
  const pixels = Array.from({ length: 12 }, (_, index) => index);
  expect([...unfold(pixels, { channels: 1, height: 4, width: 3 }, 1)]).toEqual(pixels);
});
