import { expect, test } from 'vitest';
import type { Preprocessing } from '../models/model.ts';
import { fitImage, normalise } from './preprocess.ts';
import { resize } from './resize.ts';
import type { Picture } from './picture.ts';

const how: Preprocessing = {
  resize: { shorterSide: 4 },
  interpolation: 'bicubic',
  mean: [0.5, 0.25, 0],
  std: [0.5, 0.25, 2],
};
const size = (height: number, width: number) => ({ channels: 3, height, width });
const picture = (width: number, height: number): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, index) => (index * 37) % 256),
});

test('a picture of the model’s size is used pixel for pixel', () => {
  const image = picture(3, 2);
  expect(fitImage(image, size(2, 3), how)).toBe(image);
});

test.each([
  // The longer side is cut to a whole number; an odd margin leaves more at the end.
  [9, 6, 6, 4, 1, 0],
  [5, 7, 4, 5, 0, 1],
  [8, 7, 4, 4, 0, 0],
])('%i x %i becomes %i x %i before the crop from %i, %i', (width, height, newWidth, newHeight, left, top) => {
  const image = picture(width, height);
  const resized = resize(image, { width: newWidth, height: newHeight }, 'bicubic');
  const seen = fitImage(image, size(3, 3), how);
  expect([seen.width, seen.height]).toEqual([3, 3]);
  const row = (index: number) => (top + index) * newWidth + left;
  const expected = [0, 1, 2].flatMap((index) => [...resized.data.subarray(row(index) * 3, (row(index) + 3) * 3)]);
  expect([...seen.data]).toEqual(expected);
});

test('computes of a panorama only what is seen, which fits into memory', () => {
  const panorama = picture(100_000, 2);
  const wanted = { ...how, resize: { shorterSide: 248 } };
  // Whole, it would become 12 million columns. Its middle alone gives the same.
  const [start, width] = [49_990, 20];
  const rows = [0, 1].map((row) => (row * panorama.width + start) * 3);
  const data = Uint8Array.from(rows.flatMap((at) => [...panorama.data.subarray(at, at + width * 3)]));
  const middle = fitImage({ width, height: 2, data }, size(248, 248), wanted);
  expect(fitImage(panorama, size(248, 248), wanted)).toEqual(middle);
});

test('an exact size does not keep the proportions', () => {
  const image = picture(5, 3);
  const exact = { ...how, resize: { height: 4, width: 4 } };
  expect(fitImage(image, size(4, 4), exact)).toEqual(resize(image, { width: 4, height: 4 }, 'bicubic'));
});

test('normalises channel by channel', () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(0, 51, 255, 255, 102, 0) };
  const expected = [-1, 1, -0.2, 0.6, 0.5, 0].map((value) => expect.closeTo(value, 6) as number);
  expect([...normalise(image, how)]).toEqual(expected);
});
