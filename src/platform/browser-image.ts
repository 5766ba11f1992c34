// An image file → 8-bit RGB, decoded by the browser as the command line decodes it (node-image.ts): turned upright as its
// metadata say, colour profiles ignored, transparency laid over white.
import { AppError } from '../errors.ts';
import type { Picture } from '../session/session.ts';
import { imageHeader, type ImageHeader } from './image-header.ts';
import { tooLarge } from './image-limits.ts';

const headerBytes = 65_536;
/** Pixels copied at once: the page stays alive between two strips. */
const stripPixels = 2 ** 20;

/** @throws ImageError for whatever is no image, is broken, or is too large. */
export async function readImage(file: Blob, name: string): Promise<Picture> {
  const header = imageHeader(new Uint8Array(await bytesOf(file, name)));
  const problem = problemOf(file, name, header);
  if (problem !== null) throw new AppError('ImageError', problem);
  const bitmap = await createImageBitmap(file, {
    imageOrientation: 'from-image',
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  }).catch((cause: unknown) => {
    throw new AppError('ImageError', undecodable(name, header), { cause });
  });
  try {
    const larger = tooLarge(name, file.size, bitmap);
    if (larger !== null) throw new AppError('ImageError', larger);
    return await pixelsOf(bitmap);
  } finally {
    bitmap.close();
  }
}

async function bytesOf(file: Blob, name: string): Promise<ArrayBuffer> {
  try {
    return await file.slice(0, headerBytes).arrayBuffer();
  } catch (cause) {
    throw new AppError('ImageError', `${name} cannot be read any more; it was changed, moved or deleted.`, { cause });
  }
}

const accepted = 'Choose a PNG, JPEG, WebP, GIF, AVIF or BMP image';

/** Why a file is not even handed to the decoder, or null. */
export function problemOf(file: Pick<Blob, 'size'>, name: string, header: ImageHeader): string | null {
  if (file.size === 0) return `${name} is empty. ${accepted}.`;
  if (header.format !== null && header.foreign)
    return `${name} is in the ${header.format} format, which browsers cannot read as a photograph. Save it as PNG or JPEG.`;
  if (header.format === null && header.text)
    return `${name} is a text, not an image. ${accepted}; a text goes into the prompt box, a model comes as a folder.`;
  return tooLarge(name, file.size, header.size);
}

const undecodable = (name: string, { format }: ImageHeader): string =>
  format === null
    ? `${name} is no image that this browser can read. ${accepted}.`
    : `${name} is a broken ${format} image: the browser cannot decode it. Get it again from where it came from, or choose another.`;

async function pixelsOf(bitmap: ImageBitmap): Promise<Picture> {
  const { width, height } = bitmap;
  const rows = Math.min(Math.max(Math.floor(stripPixels / width), 1), height);
  const context = new OffscreenCanvas(width, rows).getContext('2d', { alpha: false, willReadFrequently: true })!;
  context.imageSmoothingEnabled = false;
  const data = new Uint8Array(width * height * 3);
  for (let top = 0; top < height; top += rows) {
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, -top);
    const strip = context.getImageData(0, 0, width, Math.min(rows, height - top)).data;
    for (let from = 0, to = top * width * 3; from < strip.length; from += 4, to += 3) {
      data[to] = strip[from]!;
      data[to + 1] = strip[from + 1]!;
      data[to + 2] = strip[from + 2]!;
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
  return { width, height, data };
}
