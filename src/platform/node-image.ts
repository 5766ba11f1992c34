// PNG and JPEG files → 8-bit RGB, for the command line. Colour profiles and gamma are ignored, as on the page
// (browser-image.ts); photographs are turned upright, and transparency is laid over white.
import { readFile, writeFile } from 'node:fs/promises';
import { convertIndexedToRgb, decode as decodePng, encode, type DecodedPng } from 'fast-png';
import jpeg from 'jpeg-js';
import { AppError } from '../errors.ts';
import { orientationOf, upright } from './exif-orientation.ts';
import type { Picture } from '../session/session.ts';

/** @throws SourceError for a file that cannot be read, FormatError for one that is no PNG or JPEG. */
export async function readImage(path: string): Promise<Picture> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new AppError('SourceError', `${path} cannot be read: ${reason(error)}`, { cause: error });
  }
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47;
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng && !isJpeg) throw new AppError('FormatError', `${path} is neither a PNG nor a JPEG image.`);
  try {
    return isPng ? fromPng(decodePng(bytes)) : fromJpeg(bytes);
  } catch (error) {
    throw new AppError('FormatError', `${path} is a broken image: ${reason(error)}`, { cause: error });
  }
}

function fromJpeg(bytes: Uint8Array): Picture {
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    maxMemoryUsageInMB: 2048,
  });
  return upright({ width, height, data }, orientationOf(bytes));
}

function fromPng(png: DecodedPng): Picture {
  const { width, height } = png;
  const { data, channels, depth } = png.palette ? withoutPalette(png) : png;
  if (depth !== 8 && depth !== 16) throw new Error(`${depth} bits per channel are not supported`);
  const level = (index: number): number => (depth === 16 ? data[index]! >> 8 : data[index]!);
  const grey = channels <= 2;
  const hasAlpha = channels === 2 || channels === 4;
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const first = pixel * channels;
    const alpha = hasAlpha ? level(first + channels - 1) : 255;
    for (let channel = 0; channel < 3; channel++) {
      const value = level(first + (grey ? 0 : channel));
      rgb[pixel * 3 + channel] = Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return { width, height, data: rgb };
}

function withoutPalette(png: DecodedPng): Pick<DecodedPng, 'data' | 'channels' | 'depth'> {
  return { data: convertIndexedToRgb(png), channels: png.palette![0]!.length, depth: 8 };
}

export async function writeImage(path: string, { width, height, data }: Picture): Promise<void> {
  try {
    await writeFile(path, encode({ width, height, data, channels: 3, depth: 8 }));
  } catch (error) {
    throw new AppError('SourceError', `${path} cannot be written: ${reason(error)}`, { cause: error });
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
