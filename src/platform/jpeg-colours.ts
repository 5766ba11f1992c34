// YCbCr → RGB as libjpeg-turbo does it, with which browsers and Pillow decode and models were trained: colour differences
// that were stored at half the resolution are made smooth ("fancy upsampling"), and everything is rounded as there.
//   half as wide or half as high:   (3 near + far + 1 or 2) / 4
//   both:                           (9 near + 3 beside + 3 above or below + diagonal + 8 or 7) / 16
// The smaller rounding term is that of the upper rows, the larger one that of the left columns where both are halved.
import type { Picture } from '../session/session.ts';

export interface Halved {
  readonly across: boolean;
  readonly down: boolean;
}

/** `channel` of the picture, whose samples were repeated to full size, in place. */
export function smoothChannel({ width, height, data }: Picture, channel: number, { across, down }: Halved): void {
  const columns = across ? Math.ceil(width / 2) : width;
  const rows = down ? Math.ceil(height / 2) : height;
  if ((!across && !down) || (across && columns <= 2)) return;
  const samples = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      samples[row * columns + column] =
        data[((down ? 2 * row : row) * width + (across ? 2 * column : column)) * 3 + channel]!;

  /** Three times the near row and once the far one; without a far one just the row. */
  const line = new Int32Array(columns);
  for (let y = 0; y < height; y++) {
    const near = down ? y >> 1 : y;
    const far = Math.min(Math.max(near + (y % 2 === 0 ? -1 : 1), 0), rows - 1);
    for (let column = 0; column < columns; column++) {
      const sample = samples[near * columns + column]!;
      line[column] = down ? 3 * sample + samples[far * columns + column]! : sample;
    }
    for (let x = 0; x < width; x++) {
      const even = x % 2 === 0;
      let value: number;
      if (across) {
        const column = x >> 1;
        const beside = Math.min(Math.max(column + (even ? -1 : 1), 0), columns - 1);
        const sum = 3 * line[column]! + line[beside]!;
        value = down ? (sum + (even ? 8 : 7)) >> 4 : (sum + (even ? 1 : 2)) >> 2;
      } else value = (line[x]! + (y % 2 === 0 ? 1 : 2)) >> 2;
      data[(y * width + x) * 3 + channel] = value;
    }
  }
}

const fixed = (value: number): number => Math.round(value * 65_536);
const [redFromCr, greenFromCb, greenFromCr, blueFromCb] = [1.402, 0.34414, 0.71414, 1.772].map(fixed) as [number, number, number, number]; // prettier-ignore
const half = 32_768;

/** In place. */
export function toRgb({ data }: Picture): void {
  for (let at = 0; at < data.length; at += 3) {
    const y = data[at]!;
    const cb = data[at + 1]! - 128;
    const cr = data[at + 2]! - 128;
    data[at] = clamp(y + ((redFromCr * cr + half) >> 16));
    data[at + 1] = clamp(y + ((half - greenFromCb * cb - greenFromCr * cr) >> 16));
    data[at + 2] = clamp(y + ((blueFromCb * cb + half) >> 16));
  }
}

const clamp = (level: number): number => Math.min(255, Math.max(0, level));
