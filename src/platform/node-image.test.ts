// Every kind of PNG and JPEG as the browser and Pillow decode it, and a sentence for what is none.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { readImage } from './node-image.ts';

const fixtures = join(import.meta.dirname, '../../e2e/fixtures/images');
const folder = mkdtempSync(join(tmpdir(), 'images-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** A PNG of one row, chunk by chunk. */
function png(header: { width: number; depth: number; colourType: number }, row: number[], extra: [string, number[]][]) {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const ihdr = Uint8Array.of(0, 0, 0, header.width, 0, 0, 0, 1, header.depth, header.colourType, 0, 0, 0);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', ihdr),
    ...extra.map(([type, data]) => chunk(type, Uint8Array.from(data))),
    chunk('IDAT', deflateSync(Uint8Array.of(0, ...row))),
    chunk('IEND', new Uint8Array()),
  ]);
}

const levels = async (bytes: Uint8Array): Promise<number[]> => [...(await readImage(write('a.png', bytes))).data];
const greys = (...values: number[]): number[] => values.flatMap((value) => [value, value, value]);

describe('a PNG', () => {
  it('may be grey of 1, 2, 4, 8 and 16 bits', async () => {
    expect(await levels(png({ width: 3, depth: 1, colourType: 0 }, [0b101_00000], []))).toEqual(greys(255, 0, 255));
    expect(await levels(png({ width: 4, depth: 2, colourType: 0 }, [0b00_01_10_11], []))).toEqual(
      greys(0, 85, 170, 255),
    );
    expect(await levels(png({ width: 2, depth: 4, colourType: 0 }, [0x1f], []))).toEqual(greys(17, 255));
    expect(await levels(png({ width: 2, depth: 8, colourType: 0 }, [7, 200], []))).toEqual(greys(7, 200));
    expect(await levels(png({ width: 1, depth: 16, colourType: 0 }, [200, 255], []))).toEqual(greys(200));
  });

  it('may have a palette, with transparency over white', async () => {
    const palette: [string, number[]] = ['PLTE', [10, 20, 30, 40, 50, 60]];
    expect(await levels(png({ width: 2, depth: 1, colourType: 3 }, [0b01_000000], [palette]))).toEqual([10, 20, 30, 40, 50, 60]); // prettier-ignore
    const half = await levels(png({ width: 2, depth: 8, colourType: 3 }, [0, 1], [palette, ['tRNS', [0]]]));
    expect(half).toEqual([255, 255, 255, 40, 50, 60]);
  });

  it('may make one colour transparent, or have an alpha channel', async () => {
    const key: [string, number[]] = ['tRNS', [0, 1, 0, 2, 0, 3]];
    expect(await levels(png({ width: 3, depth: 8, colourType: 2 }, [1, 2, 3, 1, 2, 4, 1, 1, 3], [key]))).toEqual([255, 255, 255, 1, 2, 4, 1, 1, 3]); // prettier-ignore
    expect(await levels(png({ width: 2, depth: 4, colourType: 0 }, [0x1f], [['tRNS', [0, 1]]]))).toEqual(greys(255, 255)); // prettier-ignore
    expect(await levels(png({ width: 1, depth: 8, colourType: 4 }, [100, 51], []))).toEqual(greys(224));
  });

  it('is turned upright as its Exif chunk says', async () => {
    const exif = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0];
    const path = write('turned.png', png({ width: 2, depth: 8, colourType: 0 }, [7, 200], [['eXIf', exif]]));
    expect(await readImage(path)).toEqual({ width: 1, height: 2, data: Uint8Array.from(greys(7, 200)) });
  });
});

describe('a JPEG', () => {
  it.each(['halved', 'halved-across', 'progressive', 'full', 'rgb', 'grey', 'cmyk'])(
    'with channels %s is what libjpeg-turbo makes of it, but for the rounding of the cosine transform',
    async (name) => {
      const [decoded, wanted] = [`${name}.jpg`, `${name}.png`].map((file) => readImage(join(fixtures, file)));
      const [{ data, ...size }, expected] = [await decoded!, await wanted!];
      expect(size).toEqual({ width: 37, height: 29 });
      const differences = data.map((level, index) => Math.abs(level - expected.data[index]!));
      expect(differences.reduce((most, value) => Math.max(most, value))).toBeLessThanOrEqual(4);
      expect(differences.filter((value) => value > 1).length).toBeLessThan(0.08 * data.length);
    },
  );
});

const photo = readFileSync(join(fixtures, 'halved.jpg'));
const picture = Buffer.from(encode({ width: 9, height: 9, data: new Uint8Array(243), channels: 3, depth: 8 }));
const flipped = Buffer.from(picture);
flipped[45]! ^= 0x55;

describe('what is no image', () => {
  it.each([
    ['notes.png', Buffer.from('Dear diary'), /notes\.png is a text, not an image\. Give a PNG or JPEG image/],
    ['empty.jpg', Buffer.alloc(0), /empty\.jpg is empty/],
    ['noise.jpg', Buffer.from([1, 2, 3, 255]), /noise\.jpg is no image that the command line knows/],
    [
      'cat.gif',
      Buffer.from('GIF89a\x01\0', 'latin1'),
      /in the GIF format; the command line reads PNG and JPEG.*magick/,
    ],
    ['cat.webp', Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'), /in the WebP format; .*Save it as PNG/],
    ['half.jpg', photo.subarray(0, 500), /half\.jpg is incomplete: the JPEG image ends too early/],
    ['half.png', picture.subarray(0, 50), /half\.png is incomplete: the PNG image ends too early/],
    ['flipped.png', flipped, /flipped\.png is a broken PNG image, or of a kind that is not supported \(CRC mismatch/],
    ['giant.png', Buffer.from('89504e470d0a1a0a0000000d4948445200009c4000009c400802000000', 'hex'), /too large: 40000 × 40000 pixels/], // prettier-ignore
  ])('%s is refused in a sentence', async (name, bytes, sentence) => {
    await expect(readImage(write(name, bytes))).rejects.toMatchObject({
      name: 'FormatError',
      message: expect.stringMatching(sentence) as string,
    });
  });

  it('is a file that is not there, or a folder', async () => {
    await expect(readImage(join(folder, 'none.png'))).rejects.toThrow(/There is no file .*none\.png/);
    await expect(readImage(folder)).rejects.toThrow(/is a folder/);
  });
});
