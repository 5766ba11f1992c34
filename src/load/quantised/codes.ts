// Packed integers, rearranged. In every line of bytes here value i is bits [i·b, (i+1)·b) counted from the lowest bit of
// the first byte (the same in little-endian words), with no gaps; what we hand on are such lines of 4 or 8 bits, one per
// row of the matrix, padded to whole octets of columns.

/** Bytes of a row of codes. */
export const codeRowBytes = (columns: number, bits: 4 | 8): number => Math.ceil(columns / 8) * bits;

/** The width in which codes of so many bits are kept. */
export const keptBits = (bits: number): 4 | 8 => (bits <= 4 ? 4 : 8);

/** Values [first, first + count) of a line that begins at a byte. */
export function unpackLine(
  bytes: Uint8Array,
  start: number,
  bits: number,
  first: number,
  count: number,
  into: Uint8Array = new Uint8Array(count),
): Uint8Array {
  const mask = (1 << bits) - 1;
  for (let i = 0; i < count; i++) {
    const bit = (first + i) * bits;
    const byte = start + (bit >> 3);
    const shift = bit & 7;
    // At most two bytes hold a value of up to 8 bits.
    const next = shift + bits > 8 ? bytes[byte + 1]! << 8 : 0;
    into[i] = ((bytes[byte]! | next) >> shift) & mask;
  }
  return into;
}

/** A line into `into`, beginning at a byte; what lies behind the last code is left as it is. */
export function packLine(codes: Uint8Array, bits: 4 | 8, into: Uint8Array, start: number): void {
  if (bits === 8) return into.set(codes, start);
  const pairs = codes.length >> 1;
  for (let i = 0; i < pairs; i++) into[start + i] = codes[2 * i]! | (codes[2 * i + 1]! << 4);
  if (codes.length % 2 === 1) into[start + pairs] = codes[codes.length - 1]!;
}

export interface Lines {
  /** One line of codes after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lines: number;
  /** Bytes from one line to the next. */
  readonly stride: number;
  readonly bits: number;
}

/** Lines of any width → rows of codes; column i of the result is value order[i] of its line. */
export function repackLines(
  { bytes, lines, stride, bits }: Lines,
  columns: number,
  order?: Uint32Array,
): Uint8Array<ArrayBuffer> {
  const kept = keptBits(bits);
  const rowBytes = codeRowBytes(columns, kept);
  const rows = new Uint8Array(lines * rowBytes);
  const line = new Uint8Array(columns);
  const ordered = order ? new Uint8Array(columns) : line;
  for (let row = 0; row < lines; row++) {
    unpackLine(bytes, row * stride, bits, 0, columns, line);
    if (order) for (let i = 0; i < columns; i++) ordered[i] = line[order[i]!]!;
    packLine(ordered, kept, rows, row * rowBytes);
  }
  return rows;
}

/** Rows of one length in bytes → rows of another, cut off or padded with zeros. */
export function resizeRows(bytes: Uint8Array<ArrayBuffer>, rows: number, to: number): Uint8Array<ArrayBuffer> {
  const from = rows === 0 ? to : bytes.length / rows;
  if (from === to) return bytes;
  const resized = new Uint8Array(rows * to);
  const kept = Math.min(from, to);
  for (let row = 0; row < rows; row++) resized.set(bytes.subarray(row * from, row * from + kept), row * to);
  return resized;
}

/** First value in the high half of each byte → first value in the low half, in place. */
export function swapNibbles(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let i = 0; i < bytes.length; i++) bytes[i] = (bytes[i]! >>> 4) | ((bytes[i]! & 15) << 4);
  return bytes;
}

/** Codes −128 to 127 → 0 to 255, in place. */
export function makeUnsigned(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i]! ^ 128;
  return bytes;
}
