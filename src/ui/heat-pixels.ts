// Relevance of patches → the pixels of a small picture: one for each patch, or several that are interpolated between
// patch centres. Opaque where relevance is full, transparent where there is none.
import type { Grid } from '../session/session.ts';
import { strengthOf } from '../store/relevance-map.ts';
import { opacityOf, type Palette } from './colour.ts';

export interface Heat {
  readonly grid: Grid;
  /** Row by row. */
  readonly values: readonly number[];
  /** |relevance| in full colour. */
  readonly scale: number;
  readonly intensity: number;
  readonly palette: Palette;
}

export interface HeatPixels {
  readonly width: number;
  readonly height: number;
  /** RGBA, not premultiplied. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Pixels along a patch where values are interpolated. */
const fineness = 8;

type Colour = readonly [red: number, green: number, blue: number];

const channelsOf = (colour: string): Colour => {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
};

export function heatPixels(heat: Heat, smooth: boolean): HeatPixels {
  const { grid, values, scale, intensity, palette } = heat;
  const step = smooth ? fineness : 1;
  const [width, height] = [grid.columns * step, grid.rows * step];
  const [supports, opposes] = [channelsOf(palette.supports), channelsOf(palette.opposes)];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const value = smooth ? between(values, grid, (x + 0.5) / step - 0.5, (y + 0.5) / step - 0.5) : values[pixel]!;
    const alpha = 255 * opacityOf(strengthOf(value, scale), intensity);
    data.set([...(value < 0 ? opposes : supports), alpha], pixel * 4);
  }
  return { width, height, data };
}

/** Bilinear between the centres of patches; the outermost hold to the edge. Signs cancel, as they do in a sum. */
function between(values: readonly number[], { rows, columns }: Grid, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (row: number, column: number): number =>
    values[Math.min(Math.max(row, 0), rows - 1) * columns + Math.min(Math.max(column, 0), columns - 1)]!;
  const along = (row: number): number => at(row, left) + (at(row, left + 1) - at(row, left)) * (x - left);
  return along(top) + (along(top + 1) - along(top)) * (y - top);
}

/** Which patches stay when only the given part of them is kept: those that speak most for the class. */
export function keptPatches(values: readonly number[], part: number): boolean[] {
  const count = Math.round(part * values.length);
  const order = [...values.keys()].toSorted((a, b) => values[b]! - values[a]!);
  const kept = new Set(order.slice(0, count));
  return values.map((_, patch) => kept.has(patch));
}
