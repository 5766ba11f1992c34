// A dense weight of a checkpoint, quantised row by row while it is read. Nothing does so unasked.
import { AppError } from '../errors.ts';
import type { DenseData, QuantisedData, QuantisedFormat } from '../engine/weight-data.ts';
import { toFloat32 } from '../load/decode.ts';
import { partOfRoom, quantiseRows, roomFor, type Grid, type QuantisedRows } from './quantise-rows.ts';

/** Weights that are widened to F32 at a time. */
const weightsAtOnce = 2 ** 20;
/** Those, of whichever matrix is at it: garbage of this size is collected late. From widening to codes nothing waits. */
let wide: Float32Array<ArrayBuffer> | null = null;

export const formatOfGrid = ({ bits, group }: Grid): QuantisedFormat => ({ bits, kind: 'zero-bf16', group });

export function quantise(data: DenseData, grid: Grid): QuantisedData {
  const { name, rows, columns } = data;

  async function read(first: number, last: number): Promise<QuantisedRows> {
    const step = Math.max(1, Math.floor(weightsAtOnce / columns));
    const room = roomFor(last - first, columns, grid);
    for (let row = first; row < last; row += step) {
      const end = Math.min(last, row + step);
      const stored = await data.read(row, end);
      const weights = toFloat32(stored, data.format, (wide ??= new Float32Array(weightsAtOnce)));
      requireFinite(weights, data, row);
      quantiseRows(weights, columns, grid, partOfRoom(room, last - first, row - first, end - first));
    }
    return room;
  }

  // The groups of some rows are asked for right after their codes.
  let latest: { readonly first: number; readonly last: number; readonly read: Promise<QuantisedRows> } | null = null;
  const readOnce = (first: number, last: number): Promise<QuantisedRows> => {
    if (latest?.first !== first || latest.last !== last) latest = { first, last, read: read(first, last) };
    return latest.read;
  };
  return {
    name,
    format: formatOfGrid(grid),
    rows,
    columns,
    readCodes: async (first, last) => (await readOnce(first, last)).codes,
    async readGroups(first, last) {
      const { groups } = await readOnce(first, last);
      latest = null;
      return groups;
    },
  };
}

function requireFinite(weights: Float32Array, { name, columns }: DenseData, firstRow: number): void {
  let at = 0;
  while (at < weights.length && Number.isFinite(weights[at])) at++;
  if (at === weights.length) return;
  throw new AppError(
    'NumericalError',
    `Tensor "${name}" holds ${weights[at]} in row ${firstRow + Math.floor(at / columns)}, column ${at % columns}, which ` +
      'cannot be quantised. The checkpoint may be damaged: fetch it again, or load it without quantising.',
  );
}
