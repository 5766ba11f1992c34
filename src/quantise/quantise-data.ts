// A dense weight of a checkpoint, quantised row by row while it is read. Nothing does so unasked.
import { AppError } from '../errors.ts';
import type { DenseData, QuantisedData } from '../engine/weight-data.ts';
import { toFloat32 } from '../load/decode.ts';
import { quantiseRows, type Grid, type QuantisedRows } from './quantise-rows.ts';

/** Weights that are widened to F32 at a time. */
const weightsAtOnce = 2 ** 20;

export function quantise(data: DenseData, grid: Grid): QuantisedData {
  const { name, rows, columns } = data;

  async function read(first: number, last: number): Promise<QuantisedRows> {
    const step = Math.max(1, Math.floor(weightsAtOnce / columns));
    const parts: QuantisedRows[] = [];
    for (let row = first; row < last; row += step) {
      const weights = toFloat32(await data.read(row, Math.min(last, row + step)), data.format);
      requireFinite(weights, data, row);
      parts.push(quantiseRows(weights, columns, grid));
    }
    return { codes: join(parts.map(({ codes }) => codes)), groups: join(parts.map(({ groups }) => groups)) };
  }

  // The groups of some rows are asked for right after their codes.
  let latest: { readonly first: number; readonly last: number; readonly read: Promise<QuantisedRows> } | null = null;
  const readOnce = (first: number, last: number): Promise<QuantisedRows> => {
    if (latest?.first !== first || latest.last !== last) latest = { first, last, read: read(first, last) };
    return latest.read;
  };
  return {
    name,
    format: { bits: grid.bits, kind: 'zero-bf16', group: grid.group },
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

function join(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0]!;
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
