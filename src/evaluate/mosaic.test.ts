import { describe, expect, it } from 'vitest';
import type { Picture } from '../image/picture.ts';
import { composeMosaic, localiseTile, mosaicSize } from './mosaic.ts';

const plain = (width: number, height: number, level: number): Picture => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(level),
});

describe('a mosaic', () => {
  it('lays four pictures side by side, two by two', () => {
    const tiles = [1, 2, 3, 4].map((level) => plain(2, 1, level));
    const mosaic = composeMosaic(tiles, { height: 2, width: 4 });
    expect([mosaic.width, mosaic.height]).toEqual([4, 2]);
    const reds = [...mosaic.data].filter((_, index) => index % 3 === 0);
    expect(reds).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it('keeps the pixels of a tile that fits, and scales one that does not', () => {
    const exact = { width: 2, height: 1, data: Uint8Array.from([9, 8, 7, 30, 20, 10]) };
    const mosaic = composeMosaic([exact, plain(5, 7, 50), exact, exact], { height: 2, width: 4 });
    expect([...mosaic.data.subarray(0, 12)]).toEqual([9, 8, 7, 30, 20, 10, 50, 50, 50, 50, 50, 50]);
  });

  it('has four tiles', () => {
    expect(() => composeMosaic([plain(1, 1, 0)], { height: 2, width: 2 })).toThrow(/4 tiles, not 1/);
  });

  it('has the size of the model, whose patches must not lie across the seams', () => {
    expect(mosaicSize({ rows: 8, columns: 6 }, 4)).toEqual({ height: 32, width: 24 });
    expect(() => mosaicSize({ rows: 7, columns: 7 }, 32)).toThrow(/7 rows and 7 columns/);
  });
});

describe('a map of a mosaic', () => {
  const grid = { rows: 2, columns: 4 };
  // Tiles:        0   0   1   1     2   2   3   3
  const patches = [1, -5, 0.5, 1.5, -1, -1, 0, 2];

  it('has its highest patch in one tile', () => {
    expect([0, 1, 2, 3].map((tile) => localiseTile(patches, grid, tile).hit)).toEqual([false, false, false, true]);
  });

  it('shares its positive relevance among the tiles', () => {
    expect([0, 1, 2, 3].map((tile) => localiseTile(patches, grid, tile).mass)).toEqual([0.2, 0.4, 0, 0.4]);
  });
});
