// Interlaced PNGs of less than 8 bits, whose pixels fast-png takes for whole bytes. Each of the seven passes of Adam7 is an
// image that is not interlaced (PNG specification, 8.2), so it is decoded as a PNG of its own.
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type { Picture } from '../session/session.ts';

/** The first pixel of a pass, and the steps to the next ones. */
const passes = [
  { x: 0, y: 0, right: 8, down: 8 },
  { x: 4, y: 0, right: 8, down: 8 },
  { x: 0, y: 4, right: 4, down: 8 },
  { x: 2, y: 0, right: 4, down: 4 },
  { x: 0, y: 2, right: 2, down: 4 },
  { x: 1, y: 0, right: 2, down: 2 },
  { x: 0, y: 1, right: 1, down: 2 },
] as const;

const depthAt = 24;
const interlaceAt = 28;

export const isPackedAndInterlaced = (png: Uint8Array): boolean => png[depthAt]! < 8 && png[interlaceAt] === 1;

/** `decode`: of a PNG that is not interlaced. @throws Error for a broken file. */
export function decodeInterlaced(png: Uint8Array, decode: (png: Uint8Array) => Picture): Picture {
  const chunks = chunksOf(png);
  const header = headerOf(chunks[0]);
  const view = new DataView(header.buffer, header.byteOffset);
  const [width, height, depth] = [view.getUint32(0), view.getUint32(4), header[8]!];
  const colours = chunks.filter(({ type }) => type === 'PLTE' || type === 'tRNS');
  const parts = passes
    .map((pass) => ({
      ...pass,
      columns: Math.ceil((width - pass.x) / pass.right),
      rows: Math.ceil((height - pass.y) / pass.down),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
    .map((part) => ({ ...part, bytes: part.rows * (1 + Math.ceil((part.columns * depth) / 8)) }));
  const pixels = inflated(
    chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data),
    parts.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  const result = new Uint8Array(width * height * 3);
  let at = 0;
  for (const { x, y, right, down, columns, rows, bytes } of parts) {
    const size = Buffer.alloc(8);
    size.writeUInt32BE(columns);
    size.writeUInt32BE(rows, 4);
    const own = Buffer.concat([size, header.subarray(8, 12), Uint8Array.of(0)]);
    const pass = { type: 'IDAT', data: deflateSync(pixels.subarray(at, (at += bytes)), { level: 0 }) };
    const { data } = decode(written([{ type: 'IHDR', data: own }, ...colours, pass, { type: 'IEND', data: size.subarray(8) }])); // prettier-ignore
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const from = (row * columns + column) * 3;
        result.set(data.subarray(from, from + 3), ((y + row * down) * width + x + column * right) * 3);
      }
  }
  return { width, height, data: result };
}

function headerOf(first: Chunk | undefined): Uint8Array {
  if (first?.type === 'IHDR' && first.data.length === 13) return first.data;
  throw new Error('its first part is no header');
}

function inflated(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const pixels = inflateSync(Buffer.concat(parts), { maxOutputLength: bytes });
  if (pixels.length === bytes) return pixels;
  throw new Error(`its pixels take ${pixels.length} bytes instead of ${bytes}`);
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** Those before IEND. */
function chunksOf(png: Uint8Array): Chunk[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; ;) {
    const end = at + 12 <= png.length ? at + 12 + view.getUint32(at) : Infinity;
    if (end > png.length) throw new Error('its last part is cut off');
    const body = png.subarray(at + 4, end - 4);
    const type = Buffer.from(body.subarray(0, 4)).toString('latin1');
    if (crc32(body) !== view.getUint32(end - 4)) throw new Error(`CRC mismatch in ${type}`);
    if (type === 'IEND') return chunks;
    chunks.push({ type, data: body.subarray(4) });
    at = end;
  }
}

function written(chunks: readonly Chunk[]): Uint8Array {
  const parts = chunks.flatMap(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return [length, body, check];
  });
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}
