import { describe, expect, test } from 'vitest';
import { resize } from './resize.ts';
import type { Picture } from './picture.ts';

/** Grey levels, row by row. */
const grey = (width: number, levels: readonly number[]): Picture => ({
  width,
  height: levels.length / width,
  data: Uint8Array.from(levels.flatMap((level) => [level, level, level])),
});
const levelsOf = ({ data }: Picture): number[] => [...data].filter((_, index) => index % 3 === 0);

describe('bilinear', () => {
  test('halves with weights 1, 3, 3, 1 of 8, cut off at the borders', () => {
    // Centres 1 and 3, stretch 2: distances ¾, ¼, ¼, ¾; at the border the weights 3, 3, 1 of 7 remain.
    const halved = resize(grey(4, [0, 70, 140, 210]), { width: 2, height: 1 }, 'bilinear');
    expect(levelsOf(halved)).toEqual([(3 * 70 + 140) / 7, (70 + 3 * 140 + 3 * 210) / 7]);
  });

  test('doubles without stretching the filter', () => {
    // Centres ¼, ¾, 1¼, 1¾: at the borders one pixel alone, between them ¾ and ¼.
    expect(levelsOf(resize(grey(2, [0, 100]), { width: 4, height: 1 }, 'bilinear'))).toEqual([0, 25, 75, 100]);
  });

  test('rounds after the rows and again after the columns', () => {
    // Rows first: (0 + 1) / 2 → 1 and (0 + 0) / 2 → 0; then their mean ½ → 1. In one step ¼ would give 0.
    expect(levelsOf(resize(grey(2, [0, 1, 0, 0]), { width: 1, height: 1 }, 'bilinear'))).toEqual([1]);
  });
});

describe('bicubic', () => {
  test('doubles with weights of the cubic convolution', () => {
    // Output 3 of 8 has its centre at 1¾: distances 1¼, ¼, ¾, 1¾ with f = −0.0703125, 0.8671875, 0.2265625, −0.0234375.
    const levels = [10, 90, 200, 40];
    const [a, b, c, d] = [-0.0703125, 0.8671875, 0.2265625, -0.0234375];
    const expected = Math.round(a * levels[0]! + b * levels[1]! + c * levels[2]! + d * levels[3]!);
    expect(levelsOf(resize(grey(4, levels), { width: 8, height: 1 }, 'bicubic'))[3]).toBe(expected);
  });

  test('halves with a filter stretched to twice its width', () => {
    // Output 1 of 4 has its centre at 4 − 1 = 3: distances (i + ½ − 3) / 2 for the pixels 0 to 6.
    const levels = [255, 0, 37, 180, 90, 11, 240, 128];
    const weights = Array.from({ length: 7 }, (_, i) => keys((i + 0.5 - 3) / 2));
    const sum = weights.reduce((a, b) => a + b);
    const expected = weights.reduce((level, weight, i) => level + (weight / sum) * levels[i]!, 0);
    expect(levelsOf(resize(grey(8, levels), { width: 4, height: 1 }, 'bicubic'))[1]).toBe(Math.round(expected));
  });

  test('stays within 0 and 255 where the filter overshoots', () => {
    const levels = levelsOf(resize(grey(4, [0, 0, 255, 255]), { width: 16, height: 1 }, 'bicubic'));
    expect(Math.min(...levels)).toBe(0);
    expect(Math.max(...levels)).toBe(255);
  });
});

test.each(['bilinear', 'bicubic'] as const)('%s leaves a picture of the size asked for as it is', (interpolation) => {
  const image = grey(3, [1, 200, 3, 44, 255, 0]);
  expect(resize(image, { width: 3, height: 2 }, interpolation)).toEqual(image);
});

test('keeps the channels apart', () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(0, 10, 200, 100, 30, 0) };
  expect([...resize(image, { width: 1, height: 1 }, 'bilinear').data]).toEqual([50, 20, 100]);
});

/** The same curve written as Keys (1981) does, with a = −½. */
function keys(distance: number): number {
  const [x, a] = [Math.abs(distance), -0.5];
  if (x <= 1) return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
  return x < 2 ? a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a : 0;
}
