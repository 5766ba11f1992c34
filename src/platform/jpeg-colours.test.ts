import { expect, it } from 'vitest';
import { smoothChannel, toRgb, type Halved } from './jpeg-colours.ts';

/** What becomes of samples that were repeated to the size of the picture. */
function smoothed(rows: readonly (readonly number[])[], halved: Halved): number[][] {
  const [height, width] = [rows.length, rows[0]!.length];
  const data = Uint8Array.from(rows.flat().flatMap((sample) => [0, sample, 0]));
  smoothChannel({ width, height, data }, 1, halved);
  return rows.map((_, y) => Array.from({ length: width }, (_, x) => data[(y * width + x) * 3 + 1]!));
}

it('takes ¾ of the near sample and ¼ of the next across, rounded downwards on the left and upwards on the right', () => {
  const row = [10, 10, 20, 20, 41, 41];
  const wanted = [10, (30 + 20 + 2) >> 2, (60 + 10 + 1) >> 2, (60 + 41 + 2) >> 2, (123 + 20 + 1) >> 2, 41];
  expect(smoothed([row], { across: true, down: false })).toEqual([wanted]);
  // Of an odd width the last sample covers one pixel.
  expect(smoothed([row.slice(0, 5)], { across: true, down: false })).toEqual([wanted.slice(0, 5)]);
});

it('does so downwards', () => {
  const column = [10, 10, 20, 20].map((sample) => [sample]);
  expect(smoothed(column, { across: false, down: true })).toEqual([[10], [(30 + 20 + 2) >> 2], [(60 + 10 + 1) >> 2], [20]]); // prettier-ignore
});

it('weighs 9, 3, 3 and 1 of 16 where both are halved', () => {
  const rows = [
    [10, 10, 20, 20, 30, 30],
    [10, 10, 20, 20, 30, 30],
    [50, 50, 90, 90, 70, 70],
    [50, 50, 90, 90, 70, 70],
  ];
  const result = smoothed(rows, { across: true, down: true });
  expect(result[1]![1]).toBe((9 * 10 + 3 * 20 + 3 * 50 + 90 + 7) >> 4);
  expect(result[2]![2]).toBe((9 * 90 + 3 * 50 + 3 * 20 + 10 + 8) >> 4);
  expect([result[0]![0], result[3]![5]]).toEqual([10, 70]);
});

it('leaves pictures of up to four columns as libjpeg does, and channels at full size', () => {
  const row = [10, 10, 90, 90];
  expect(smoothed([row], { across: true, down: false })).toEqual([row]);
  expect(smoothed([row], { across: false, down: false })).toEqual([row]);
});

it('makes colours of luminance and colour differences', () => {
  const data = Uint8Array.of(100, 128, 128, 76, 85, 255, 255, 0, 255);
  toRgb({ width: 3, height: 1, data });
  // Grey stays, and the red of JFIF comes back; what lies outside is cut off.
  expect([...data]).toEqual([100, 100, 100, 254, 0, 0, 255, 208, 28]);
});
