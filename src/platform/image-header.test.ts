import { readFileSync } from 'node:fs';
import { encode as encodeJpeg } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { imageHeader } from './image-header.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the header of a file', () => {
  it('tells format and size of a PNG and a JPEG', () => {
    const png = readFileSync(new URL('../../e2e/fixtures/vit-hf/image.png', import.meta.url));
    expect(imageHeader(png)).toEqual({ format: 'PNG', foreign: false, text: false, size: { width: 32, height: 32 } });
    const jpeg = encodeJpeg({ width: 20, height: 10, data: new Uint8Array(800) }, 50).data;
    expect(imageHeader(jpeg)).toEqual({ format: 'JPEG', foreign: false, text: false, size: { width: 20, height: 10 } });
  });

  it.each([
    ['GIF', 'GIF89a\x01\0', false],
    ['WebP', 'RIFF\x10\0\0\0WEBP', false],
    ['AVIF', '\0\0\0\x1cftypavif', false],
    ['HEIC', '\0\0\0\x18ftypheic', true],
    ['MP4', '\0\0\0\x20ftypisom', true],
    ['JPEG XL', '\0\0\0\x0cJXL \r\n', true],
    ['JPEG 2000', '\0\0\0\x0cjP  \r\n', true],
    ['ICO', '\0\0\x01\0\x01\0', false],
    ['TIFF', 'II*\0\x08\0', true],
    ['PDF', '%PDF-1.7\n\0', true],
  ])('knows %s', (format, bytes, foreign) => {
    expect(imageHeader(bytesOf(bytes))).toMatchObject({ format, foreign, text: false, size: null });
  });

  it('tells a text from bytes that are neither', () => {
    expect(imageHeader(utf8('Dear diary,\n\ttoday – nothing. 猫'))).toMatchObject({ format: null, text: true });
    expect(imageHeader(bytesOf('\x07\0\x03rubbish'))).toMatchObject({ format: null, text: false });
    expect(imageHeader(new Uint8Array())).toMatchObject({ format: null, text: false });
    expect(imageHeader(utf8('a'.repeat(4095) + '猫'))).toMatchObject({ text: true });
  });

  it('knows a drawing, with or without a declaration before it', () => {
    for (const text of ['<svg xmlns="x"/>', '<?xml version="1.0"?>\n<svg width="1"/>'])
      expect(imageHeader(utf8(text))).toMatchObject({ format: 'SVG', foreign: true });
  });

  it('states no size where the bytes end too early', () => {
    expect(imageHeader(bytesOf('\x89PNG\r\n'))).toMatchObject({ format: 'PNG', size: null });
    expect(imageHeader(bytesOf('\xff\xd8\xff\xe0\0'))).toMatchObject({ format: 'JPEG', size: null });
  });
});
