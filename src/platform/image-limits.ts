// How large an image may be, on the page and on the command line, and the sentences for those that are larger.
import type { ImageHeader } from './image-header.ts';

export const largestFile = 64e6;
export const mostPixels = 64e6;

/** Why an image of that size is not even decoded, or null. */
export function tooLarge(name: string, fileBytes: number, size: ImageHeader['size']): string | null {
  if (fileBytes > largestFile)
    return `${name} is too large: ${Math.round(fileBytes / 1e6)} MB, where ${largestFile / 1e6} MB are the limit. Save it smaller.`;
  if (size !== null && size.width * size.height > mostPixels)
    return `${name} is too large: ${size.width} × ${size.height} pixels, where ${mostPixels / 1e6} million are the limit. Save it smaller.`;
  return null;
}
