// Four pictures side by side, two by two: where the asked class can be seen is then known to the pixel.
import { AppError } from '../errors.ts';
import type { Picture } from '../image/picture.ts';
import { resize } from '../image/resize.ts';
import { judge, type Localisation } from './localise.ts';

export interface Size {
  readonly height: number;
  readonly width: number;
}

export interface PatchGrid {
  readonly rows: number;
  readonly columns: number;
}

/** Tile 0 is at the top left, 1 at the top right, 2 and 3 are below; each fills a quarter, whatever its proportions. */
export function composeMosaic(tiles: readonly Picture[], { height, width }: Size): Picture {
  if (tiles.length !== 4) throw new AppError('UsageError', `A mosaic has 4 tiles, not ${tiles.length}.`);
  const [tileHeight, tileWidth] = [height / 2, width / 2];
  const data = new Uint8Array(height * width * 3);
  for (const [tile, picture] of tiles.entries()) {
    const scaled = resize(picture, { width: tileWidth, height: tileHeight }, 'bicubic').data;
    for (let row = 0; row < tileHeight; row++) {
      const target = (Math.floor(tile / 2) * tileHeight + row) * width + (tile % 2) * tileWidth;
      data.set(scaled.subarray(row * tileWidth * 3, (row + 1) * tileWidth * 3), target * 3);
    }
  }
  return { width, height, data };
}

/** How much of a map of patches, row by row, lies in one of the four tiles. */
export function localiseTile(patches: readonly number[], grid: PatchGrid, tile: number): Localisation {
  return judge(
    patches.map((relevance, index) => {
      const [row, column] = [Math.floor(index / grid.columns), index % grid.columns];
      return {
        relevance,
        inside: 2 * Math.floor((2 * row) / grid.rows) + Math.floor((2 * column) / grid.columns) === tile,
      };
    }),
  );
}

/** @throws UnsupportedError for a model whose patches would lie across the seams. */
export function mosaicSize({ rows, columns }: PatchGrid, patchSize: number): Size {
  if (rows % 2 !== 0 || columns % 2 !== 0) {
    throw new AppError(
      'UnsupportedError',
      `The model's patches form ${rows} rows and ${columns} columns: a mosaic of two by two pictures needs an even number of both.`,
    );
  }
  return { height: rows * patchSize, width: columns * patchSize };
}
