// Antialiased resizing of 8-bit RGB as Pillow does it, since models were trained on Pillow's pixels: rows first, then
// columns, each rounded to 8 bits, with weights rounded to 22 binary digits.
//   weight of pixel i for output o:  f((i + ½ − centre) / stretch) / Σ,   centre = (o + ½) · scale
// scale = input size / output size; a picture made smaller stretches the filter by it, one made larger does not.
import type { Picture } from './picture.ts';

interface Filter {
  readonly support: number;
  weight(distance: number): number;
}

const filters = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  /** Cubic convolution with a = −½ (Keys 1981). */
  bicubic: {
    support: 2,
    weight(distance) {
      const x = Math.abs(distance);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    },
  },
} as const satisfies Record<string, Filter>;

export type Interpolation = keyof typeof filters;

const digits = 22;

/** A part of the resized picture. */
export interface Window extends Size {
  readonly left: number;
  readonly top: number;
}
type Size = Pick<Picture, 'width' | 'height'>;

/** Only what the window shows is computed: of a panorama that is little, and the whole may not fit into memory. */
export function resize(
  image: Picture,
  size: Size,
  interpolation: Interpolation,
  window: Window = { left: 0, top: 0, ...size },
): Picture {
  const filter = filters[interpolation];
  const { width, height, left, top } = window;
  const columns = tapsOf(image.width, size.width, filter, left, width);
  const rows = tapsOf(image.height, size.height, filter, top, height);
  const firstRow = rows[0]!.first;
  const last = rows.at(-1)!;
  const rowCount = last.first + last.weights.length - firstRow;
  const wide = new Uint8Array(width * rowCount * 3);
  for (let row = 0; row < rowCount; row++) {
    const start = (firstRow + row) * image.width;
    columns.forEach((taps, column) =>
      blend(image.data, (start + taps.first) * 3, 3, taps, wide, (row * width + column) * 3),
    );
  }
  const data = new Uint8Array(width * height * 3);
  rows.forEach((taps, row) => {
    const start = (taps.first - firstRow) * width;
    for (let column = 0; column < width; column++)
      blend(wide, (start + column) * 3, width * 3, taps, data, (row * width + column) * 3);
  });
  return { width, height, data };
}

/** Which input pixels make an output pixel, with weights as integers of 2^−22. */
interface Taps {
  readonly first: number;
  readonly weights: Int32Array;
}

/** Of `count` outputs from `start` on. */
function tapsOf(
  inputs: number,
  outputs: number,
  { support, weight }: Filter,
  start: number,
  count: number,
): readonly Taps[] {
  const scale = inputs / outputs;
  const stretch = Math.max(scale, 1);
  return Array.from({ length: count }, (_, index) => {
    const centre = (start + index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support * stretch + 0.5));
    const end = Math.min(inputs, Math.trunc(centre + support * stretch + 0.5));
    const raw = Array.from({ length: end - first }, (_, i) => weight((first + i - centre + 0.5) / stretch));
    const sum = raw.reduce((total, value) => total + value, 0);
    return { first, weights: Int32Array.from(raw, (value) => roundAway((value / sum) * 2 ** digits)) };
  });
}

const roundAway = (value: number): number => Math.trunc(value + (value < 0 ? -0.5 : 0.5));

/** One pixel from those that lie `step` bytes apart. */
function blend(from: Uint8Array, start: number, step: number, { weights }: Taps, to: Uint8Array, at: number): void {
  let [red, green, blue] = [2 ** (digits - 1), 2 ** (digits - 1), 2 ** (digits - 1)];
  for (let tap = 0, byte = start; tap < weights.length; tap++, byte += step) {
    const weight = weights[tap]!;
    red += weight * from[byte]!;
    green += weight * from[byte + 1]!;
    blue += weight * from[byte + 2]!;
  }
  to[at] = clamp(red >> digits);
  to[at + 1] = clamp(green >> digits);
  to[at + 2] = clamp(blue >> digits);
}

const clamp = (level: number): number => Math.min(255, Math.max(0, level));
