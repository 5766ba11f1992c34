// PNG and JPEG files → 8-bit RGB, for the command line. Colour profiles and gamma are ignored, as on the page
// (browser-image.ts); photographs are turned upright, and transparency is laid over white.
import { readFile, writeFile } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import type { Picture } from '../session/session.ts';
import { imageHeader, type ImageHeader } from './image-header.ts';
import { tooLarge } from './image-limits.ts';
import { decodeJpeg } from './node-jpeg.ts';
import { decodePng, encodePng } from './node-png.ts';

/** @throws SourceError for a file that cannot be read, FormatError for one that is no image we decode. */
export async function readImage(path: string): Promise<Picture> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new AppError('SourceError', unreadable(path, error), { cause: error });
  }
  const header = imageHeader(bytes);
  const problem = problemOf(path, bytes.length, header);
  if (problem !== null) throw new AppError('FormatError', problem);
  try {
    return header.format === 'PNG' ? decodePng(bytes) : decodeJpeg(bytes);
  } catch (error) {
    throw new AppError('FormatError', broken(path, bytes, header.format!, error), { cause: error });
  }
}

const lastMarker: Readonly<Record<string, string>> = { PNG: 'IEND', JPEG: '\xff\xd9' };

function broken(path: string, bytes: Buffer, format: string, error: unknown): string {
  return bytes.includes(lastMarker[format]!, 'latin1')
    ? `${path} is a broken ${format} image, or of a kind that is not supported (${reason(error)}). ` +
        'Get it again from where it came from, or save it anew as PNG.'
    : `${path} is incomplete: the ${format} image ends too early. Get it again from where it came from.`;
}

/** Why a file is not even handed to a decoder, or null. */
export function problemOf(path: string, fileBytes: number, { format, text, size }: ImageHeader): string | null {
  if (fileBytes === 0) return `${path} is empty. Give a PNG or JPEG image.`;
  if (format === null && text)
    return `${path} is a text, not an image. Give a PNG or JPEG image; a text goes into --prompt.`;
  if (format === null) return `${path} is no image that the command line knows. Give a PNG or JPEG image.`;
  if (format !== 'PNG' && format !== 'JPEG')
    return (
      `${path} is in the ${format} format; the command line reads PNG and JPEG. Save it as PNG, ` +
      'for example with ImageMagick: magick FILE FILE.png'
    );
  if (size !== null && (size.width === 0 || size.height === 0)) return `${path} is an image without pixels.`;
  return tooLarge(path, fileBytes, size);
}

function unreadable(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return `There is no file ${path}. Give the path of a PNG or JPEG image.`;
  if (code === 'EISDIR') return `${path} is a folder. Give the path of a PNG or JPEG image.`;
  return `${path} cannot be read: ${reason(error)}`;
}

export async function writeImage(path: string, picture: Picture): Promise<void> {
  try {
    await writeFile(path, encodePng(picture));
  } catch (error) {
    throw new AppError('SourceError', `${path} cannot be written: ${reason(error)}`, { cause: error });
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
