// Layers × tokens as a grid: the last layer on top, the input at the bottom, every cell on one shared scale.
import type { Explanation } from '../session/session.ts';
import { scaleOf } from '../store/relevance-map.ts';

export interface LayerGrid {
  /** rows[0] is the last layer, the last row is the input. */
  readonly rows: readonly (readonly number[])[];
  readonly scale: number;
  /** Columns left out of the scale: those of the text, and the last token, which holds the whole score on top. */
  readonly excluded: readonly number[];
}

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** Null when there is nothing to draw, or something that is not a number. */
export function layerGrid({ layers, tokens }: Explanation, excludedTokens: readonly number[]): LayerGrid | null {
  const rows = [...layers.toReversed(), tokens.map(({ relevance }) => relevance)];
  const excluded = [...new Set([...excludedTokens, tokens.length - 1])];
  const inScale = rows.flatMap((row) => row.filter((_, column) => !excluded.includes(column)));
  if (layers.length === 0 || tokens.length === 0 || rows.flat().some((value) => !Number.isFinite(value))) return null;
  return { rows, scale: scaleOf(inScale.length > 0 ? inScale : rows.flat()), excluded };
}

/** Where the cursor begins: there is something to read. */
export function strongestCell({ rows, excluded }: LayerGrid): Cell {
  const cells = rows.flatMap((row, y) => row.map((value, x) => ({ row: y, column: x, size: Math.abs(value) })));
  const shown = cells.filter(({ column }) => !excluded.includes(column));
  const [first] = (shown.length > 0 ? shown : cells).toSorted((a, b) => b.size - a.size);
  return first ? { row: first.row, column: first.column } : { row: 0, column: 0 };
}

/** 'after layer 6', 'input' */
export const rowName = (row: number, rows: number): string =>
  row === rows - 1 ? 'input' : `after layer ${rows - 1 - row}`;

const within = (value: number, count: number): number => Math.min(Math.max(value, 0), count - 1);

export function moved({ row, column }: Cell, key: string, rows: number, columns: number): Cell | null {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    Home: [0, -columns],
    End: [0, columns],
    PageUp: [-rows, 0],
    PageDown: [rows, 0],
  };
  const step = steps[key];
  return step ? { row: within(row + step[0], rows), column: within(column + step[1], columns) } : null;
}

export const cellAt = (x: number, y: number, width: number, height: number, grid: LayerGrid): Cell => {
  const columns = grid.rows[0]?.length ?? 1;
  return {
    row: within(Math.floor((y / height) * grid.rows.length), grid.rows.length),
    column: within(Math.floor((x / width) * columns), columns),
  };
};
