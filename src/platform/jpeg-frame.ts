// What the segments before the first scan of a JPEG say about its channels: how they were sampled and what they stand for.

export interface JpegFrame {
  /** Samples of each channel per 1 × 1 of the coarsest grid. */
  readonly channels: readonly { readonly id: number; readonly across: number; readonly down: number }[];
  readonly isJfif: boolean;
  /** Adobe's marker: 0 as they are, 1 YCbCr, 2 YCCK; and the offset of that byte. */
  readonly transform: { readonly code: number; readonly at: number } | null;
}

export function jpegFrame(bytes: Uint8Array): JpegFrame {
  const begins = (at: number, text: string): boolean =>
    [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));
  let channels: JpegFrame['channels'] = [];
  let isJfif = false;
  let transform: JpegFrame['transform'] = null;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!;
    // Fill bytes stand alone.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda) break;
    if (marker === 0xe0) isJfif ||= begins(at + 4, 'JFIF\0');
    if (marker === 0xee && begins(at + 4, 'Adobe')) transform = { code: bytes[at + 15] ?? 0, at: at + 15 };
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      channels = Array.from({ length: bytes[at + 9] ?? 0 }, (_, index) => {
        const [id = 0, sampling = 0] = bytes.subarray(at + 10 + 3 * index);
        return { id, across: sampling >> 4, down: sampling & 15 };
      });
    at += 2 + (bytes[at + 2]! << 8) + bytes[at + 3]!;
  }
  return { channels, isJfif, transform };
}

/** Whether three channels are luminance and colour differences (YCbCr) or red, green and blue; decided as libjpeg does. */
export function isYcc({ channels, isJfif, transform }: JpegFrame): boolean {
  if (isJfif) return true;
  if (transform) return transform.code !== 0;
  return String.fromCharCode(...channels.map(({ id }) => id)) !== 'RGB';
}
