// PNG bytes → upright 8-bit RGB, of every kind of PNG: grey, palette, 1 to 16 bits, transparency of each sort over white.
import { convertIndexedToRgb, decode, encode, type DecodedPng } from 'fast-png';
import type { Picture } from '../session/session.ts';
import { orientationOf, upright } from './exif-orientation.ts';
import { decodeInterlaced, isPackedAndInterlaced } from './interlaced-png.ts';

/** @throws Error for a file that is broken. */
export function decodePng(bytes: Uint8Array): Picture {
  const stored = isPackedAndInterlaced(bytes) ? decodeInterlaced(bytes, decodePixels) : decodePixels(bytes);
  return upright(stored, orientationOf(bytes));
}

function decodePixels(bytes: Uint8Array): Picture {
  const png = decode(bytes, { checkCrc: true });
  const { width, height } = png;
  const { data, channels, depth, transparency } = png.palette || png.depth < 8 ? withoutPalette(png) : png;
  const colours = channels <= 2 ? 1 : 3;
  const hasAlpha = channels > colours;
  const level = (index: number): number => (depth === 16 ? data[index]! >> 8 : data[index]!);
  const isKey = (first: number): boolean =>
    transparency !== undefined && transparency.every((value, colour) => data[first + colour] === value);
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const first = pixel * channels;
    const alpha = hasAlpha ? level(first + colours) : isKey(first) ? 0 : 255;
    for (let channel = 0; channel < 3; channel++) {
      const value = level(first + (colours === 1 ? 0 : channel));
      rgb[pixel * 3 + channel] = Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return { width, height, data: rgb };
}

type Pixels = Pick<DecodedPng, 'data' | 'channels' | 'depth' | 'transparency'>;

/** Grey of less than 8 bits is a palette of as many greys. */
function withoutPalette(png: DecodedPng): Pixels {
  const palette = png.palette ?? greys(png);
  return { data: convertIndexedToRgb({ ...png, palette }), channels: palette[0]!.length, depth: 8 };
}

function greys({ depth, transparency }: DecodedPng): number[][] {
  const last = 2 ** depth - 1;
  return Array.from({ length: last + 1 }, (_, value) => {
    const grey = Math.round((255 * value) / last);
    return [grey, grey, grey, transparency?.[0] === value ? 0 : 255];
  });
}

export const encodePng = ({ width, height, data }: Picture): Uint8Array =>
  encode({ width, height, data, channels: 3, depth: 8 });
