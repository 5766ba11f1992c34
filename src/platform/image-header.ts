// What the first bytes of a file say about it: its format, and how large an image it holds. Decodes nothing.

export interface ImageHeader {
  /** 'PNG', 'JPEG' …; null for bytes that belong to no image format known here. */
  readonly format: string | null;
  /** A format that browsers do not decode. */
  readonly foreign: boolean;
  /** Readable characters and nothing else. */
  readonly text: boolean;
  /** Stated by PNG and JPEG, null for others. */
  readonly size: { readonly width: number; readonly height: number } | null;
}

/** Format, offset of its signature, the signature; 'foreign' where browsers do not decode it. */
const signatures: readonly (readonly [format: string, offset: number, bytes: string, foreign?: 'foreign'])[] = [
  ['PNG', 0, '\x89PNG'],
  ['JPEG', 0, '\xff\xd8'],
  ['GIF', 0, 'GIF8'],
  ['WebP', 8, 'WEBP'],
  ['BMP', 0, 'BM'],
  ['ICO', 0, '\0\0\x01\0'],
  ['AVIF', 4, 'ftypavif'],
  ['AVIF', 4, 'ftypavis'],
  ['HEIC', 4, 'ftyphe', 'foreign'],
  ['HEIC', 4, 'ftypmif1', 'foreign'],
  ['HEIC', 4, 'ftypmsf1', 'foreign'],
  ['MP4', 4, 'ftyp', 'foreign'],
  ['JPEG XL', 0, '\xff\x0a', 'foreign'],
  ['JPEG XL', 4, 'JXL ', 'foreign'],
  ['JPEG 2000', 4, 'jP  ', 'foreign'],
  ['TIFF', 0, 'II*\0', 'foreign'],
  ['TIFF', 0, 'MM\0*', 'foreign'],
  ['Photoshop', 0, '8BPS', 'foreign'],
  ['PDF', 0, '%PDF', 'foreign'],
  ['SVG', 0, '<svg', 'foreign'],
];

/** `bytes`: the beginning of a file; 64 KiB are enough for the size of nearly every photograph. */
export function imageHeader(bytes: Uint8Array): ImageHeader {
  const text = isText(bytes);
  const begins = (offset: number, signature: string): boolean =>
    [...signature].every((character, index) => bytes[offset + index] === character.charCodeAt(0));
  const found = signatures.find(([, offset, signature]) => begins(offset, signature));
  const isSvg = text && /<svg[\s>]/.test(new TextDecoder().decode(bytes.subarray(0, 1024)));
  const format = isSvg ? 'SVG' : (found?.[0] ?? null);
  const size = format === 'PNG' ? pngSize(bytes) : format === 'JPEG' ? jpegSize(bytes) : null;
  return { format, foreign: isSvg || found?.[3] === 'foreign', text, size };
}

function isText(bytes: Uint8Array): boolean {
  // A character may be cut in two at the end.
  const decoded = new TextDecoder().decode(bytes.subarray(0, 4096), { stream: true });
  return bytes.length > 0 && !/[\0-\x08\x0e-\x1a\ufffd]/.test(decoded);
}

const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const uint32 = (bytes: Uint8Array, at: number): number => uint16(bytes, at) * 65536 + uint16(bytes, at + 2);

function pngSize(bytes: Uint8Array): ImageHeader['size'] {
  return bytes.length < 24 ? null : { width: uint32(bytes, 16), height: uint32(bytes, 20) };
}

/** The first frame header (SOF) among the segments. */
function jpegSize(bytes: Uint8Array): ImageHeader['size'] {
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + uint16(bytes, at + 2)) {
    const marker = bytes[at + 1]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: uint16(bytes, at + 7), height: uint16(bytes, at + 5) };
  }
  return null;
}
