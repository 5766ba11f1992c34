import { describe, expect, it } from 'vitest';
import { orientationOf, upright } from './exif-orientation.ts';

/** A JPEG's beginning: an Exif segment with one entry, the orientation. */
function exifSegment(orientation: number, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(40));
  const write16 = (at: number, value: number) => view.setUint16(at, value, littleEndian);
  view.setUint32(0, 0xffd8ffe1);
  view.setUint16(4, 34);
  view.setUint32(6, 0x45786966);
  view.setUint16(12, littleEndian ? 0x4949 : 0x4d4d);
  write16(14, 42);
  view.setUint32(16, 8, littleEndian);
  write16(20, 1);
  write16(22, 0x0112);
  write16(24, 3);
  view.setUint32(26, 1, littleEndian);
  write16(30, orientation);
  return new Uint8Array(view.buffer);
}

describe('the orientation of a JPEG', () => {
  it('is read in either byte order', () => {
    for (const orientation of [1, 3, 6, 8])
      for (const littleEndian of [true, false])
        expect(orientationOf(exifSegment(orientation, littleEndian))).toBe(orientation);
  });

  it('is upright where nothing sensible is said', () => {
    expect(orientationOf(exifSegment(9, true))).toBe(1);
    expect(orientationOf(new Uint8Array([0xff, 0xd8, 0xff, 0xdb, 0, 4, 0, 0]))).toBe(1);
    expect(orientationOf(exifSegment(6, true).subarray(0, 24))).toBe(1);
    expect(orientationOf(new Uint8Array([0xff, 0xd8]))).toBe(1);
  });
});

describe('turning upright', () => {
  // Stored:  a b c
  //          d e f
  const letters = 'abcdef';
  const stored = {
    width: 3,
    height: 2,
    data: Uint8Array.from([...letters].flatMap((_, index) => [index, index, index])),
  };
  const seen = (orientation: number): string => {
    const { width, height, data } = upright(stored, orientation);
    return Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (_, column) => letters[data[(row * width + column) * 3]!]).join(''),
    ).join('/');
  };

  it.each([
    [1, 'abc/def'],
    [2, 'cba/fed'],
    [3, 'fed/cba'],
    [4, 'def/abc'],
    [5, 'ad/be/cf'],
    [6, 'da/eb/fc'],
    [7, 'fc/eb/da'],
    [8, 'cf/be/ad'],
  ])('follows orientation %i', (orientation, expected) => {
    expect(seen(orientation)).toBe(expected);
  });
});
