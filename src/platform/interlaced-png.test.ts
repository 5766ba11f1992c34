// Interlaced PNGs are written here pixel by pixel from the specification's 8 × 8 table, which says each pixel's pass.
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodePng } from './node-png.ts';

const table = ['16462646', '77777777', '56565656', '77777777', '36463646', '77777777', '56565656', '77777777'];
const passOf = (x: number, y: number): number => Number(table[y % 8]![x % 8]);

interface Image {
  readonly width: number;
  readonly height: number;
  readonly depth: 1 | 2 | 4;
  readonly colourType: 0 | 3;
  readonly extra?: readonly (readonly [type: string, data: readonly number[]])[];
}

const codeAt = (x: number, y: number, depth: number): number => (x * 3 + y * 5 + ((x * y) >> 1)) % 2 ** depth;

/** Lines of one pass, packed and filtered: by turns as they are, against the byte before, against the line before. */
function passLines({ width, height, depth }: Image, pass: number): number[] {
  const lines = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => x)
      .filter((x) => passOf(x, y) === pass)
      .map((x) => codeAt(x, y, depth)),
  ).filter((codes) => codes.length > 0);
  let above: number[] = [];
  return lines.flatMap((codes, line) => {
    const bits = codes.map((code) => code.toString(2).padStart(depth, '0')).join('');
    const bytes = (bits.match(/.{1,8}/g) ?? []).map((eight) => Number.parseInt(eight.padEnd(8, '0'), 2));
    const filter = line % 3;
    const against = (at: number): number => (filter === 0 ? 0 : filter === 1 ? (bytes[at - 1] ?? 0) : (above[at] ?? 0));
    const filtered = bytes.map((byte, at) => (byte - against(at)) & 255);
    above = bytes;
    return [filter, ...filtered];
  });
}

function interlaced(image: Image, pixels = [1, 2, 3, 4, 5, 6, 7].flatMap((pass) => passLines(image, pass))): Buffer {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const packed = deflateSync(Uint8Array.from(pixels));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Uint8Array.of(0, 0, 0, image.width, 0, 0, 0, image.height, image.depth, image.colourType, 0, 0, 1)),
    ...(image.extra ?? []).map(([type, data]) => chunk(type, Uint8Array.from(data))),
    chunk('IDAT', packed.subarray(0, 5)),
    chunk('IDAT', packed.subarray(5)),
    chunk('IEND', new Uint8Array()),
  ]);
}

const wanted = ({ width, height, depth }: Image, colourOf: (code: number) => readonly number[]): number[] =>
  Array.from({ length: width * height }, (_, pixel) =>
    colourOf(codeAt(pixel % width, Math.floor(pixel / width), depth)),
  ).flat();

describe('an interlaced PNG of less than 8 bits', () => {
  const sizes = [1, 2, 3, 5, 8, 13].flatMap((width) => [1, 4, 7, 16].map((height) => [width, height] as const));
  it.each([1, 2, 4] as const)('has the greys of one that is not interlaced, of %i bits', (depth) => {
    for (const [width, height] of sizes) {
      const image: Image = { width, height, depth, colourType: 0 };
      const { data, ...size } = decodePng(interlaced(image));
      expect(size).toEqual({ width, height });
      const grey = (code: number): number => Math.round((255 * code) / (2 ** depth - 1));
      expect([...data]).toEqual(wanted(image, (code) => [grey(code), grey(code), grey(code)]));
    }
  });

  it('may have a palette with transparency, and be turned', () => {
    const palette = Array.from({ length: 12 }, (_, index) => 20 * index);
    const extra = [['PLTE', palette], ['tRNS', [255, 0]]] as const; // prettier-ignore
    const image: Image = { width: 11, height: 9, depth: 2, colourType: 3, extra };
    const colour = (code: number) => (code === 1 ? [255, 255, 255] : palette.slice(code * 3, code * 3 + 3));
    expect([...decodePng(interlaced(image)).data]).toEqual(wanted(image, colour));
    const exif = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0];
    const turned = decodePng(interlaced({ ...image, extra: [...extra, ['eXIf', exif]] }));
    expect(turned).toMatchObject({ width: 9, height: 11 });
    expect(Array.from(turned.data.slice(0, 3))).toEqual(colour(codeAt(0, 8, 2)));
  });

  it('is refused where it is damaged, cut off, or holds too much or too little', () => {
    const image: Image = { width: 9, height: 9, depth: 1, colourType: 0 };
    const whole = interlaced(image);
    const damaged = Buffer.from(whole);
    damaged[45]! ^= 0x55;
    expect(() => decodePng(damaged)).toThrow(/CRC mismatch in IDAT/);
    expect(() => decodePng(whole.subarray(0, -20))).toThrow(/cut off/);
    expect(() => decodePng(interlaced(image, [0, 0]))).toThrow(/its pixels take 2 bytes instead of \d+/);
    expect(() => decodePng(interlaced(image, Array<number>(1000).fill(0)))).toThrow(/larger than/);
  });
});
