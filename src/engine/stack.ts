// Matrices on top of each other as one weight: layers that read the same input (query, key and value; gate and up) are
// then one product, there and back. Parts that are stored alike share their shards; others keep shards of their own.
import type { Gpu } from './gpu.ts';
import { isQuantised, type DenseData, type QuantisedData, type WeightData } from './weight-data.ts';
import { layoutOf } from './weight-layout.ts';
import { destroyWeight, uploadWeight, type Weight } from './weight.ts';

/** Parts of one width, the first on top. Nothing stays on the GPU where it fails. */
export async function uploadStack(
  gpu: Gpu,
  name: string,
  parts: readonly WeightData[],
  onBytes: (bytes: number) => void = () => {},
): Promise<Weight> {
  const made: Weight[] = [];
  try {
    for (const run of runsOf(parts)) made.push(await uploadWeight(gpu, joined(name, run), onBytes));
  } catch (error) {
    for (const weight of made) destroyWeight(weight);
    throw error;
  }
  return stackOf(name, made);
}

/** Weights as one whose rows are theirs, in turn. */
export function stackOf(name: string, weights: readonly Weight[]): Weight {
  let rows = 0;
  const shards = weights.flatMap((weight) => {
    const top = rows;
    rows += weight.rows;
    return weight.shards.map((shard) => ({ ...shard, firstRow: top + shard.firstRow }));
  });
  return { name, rows, columns: weights[0]!.columns, shards };
}

/** Vectors one after the other. A part that occurs several times is read once. */
export function joinedVectors(name: string, parts: readonly DenseData[]): DenseData {
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const read = async (): Promise<Uint8Array<ArrayBuffer>> => {
    const once = new Map<DenseData, Promise<Uint8Array<ArrayBuffer>>>();
    for (const part of parts) if (!once.has(part)) once.set(part, part.read(0, 1));
    return concatenated(await Promise.all(parts.map((part) => once.get(part)!)));
  };
  return { name, format: parts[0]!.format, rows: 1, columns, read };
}

/** What decides whether matrices share their shards. */
export interface StoredShape {
  readonly rows: number;
  readonly columns: number;
  readonly format: WeightData['format'];
  readonly order?: Uint32Array | undefined;
}

/** Neighbours that are stored alike, each run one matrix on the GPU. */
export function runsOf<Part extends StoredShape>(parts: readonly Part[]): Part[][] {
  const runs: Part[][] = [];
  for (const part of parts) {
    const above = runs.at(-1)?.at(-1);
    if (above && continues(above, part)) runs.at(-1)!.push(part);
    else runs.push([part]);
  }
  return runs;
}

function continues(above: StoredShape, below: StoredShape): boolean {
  // Blocks that run across rows must end where a matrix does.
  if (above.rows % layoutOf(above.format, above.columns).rowStep !== 0) return false;
  return JSON.stringify(above.format) === JSON.stringify(below.format) && sameOrder(above.order, below.order);
}

function sameOrder(a: Uint32Array | undefined, b: Uint32Array | undefined): boolean {
  if (!a || !b) return a === b;
  return a.length === b.length && a.every((place, index) => place === b[index]);
}

function joined(name: string, run: readonly WeightData[]): WeightData {
  const first = run[0]!;
  const rows = run.reduce((sum, part) => sum + part.rows, 0);
  if (run.length === 1) return { ...first, name };
  if (isQuantised(first)) {
    const parts = run as readonly QuantisedData[];
    return {
      ...first,
      name,
      rows,
      readCodes: (from, to) => readAcross(parts, from, to, (part, a, b) => part.readCodes(a, b)),
      readGroups: (from, to) => readAcross(parts, from, to, (part, a, b) => part.readGroups(a, b)),
    };
  }
  const parts = run as readonly DenseData[];
  return { ...first, name, rows, read: (from, to) => readAcross(parts, from, to, (part, a, b) => part.read(a, b)) };
}

/** Rows [from, to) of parts on top of each other. */
async function readAcross<Part extends WeightData>(
  parts: readonly Part[],
  from: number,
  to: number,
  read: (part: Part, first: number, last: number) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let top = 0;
  for (const part of parts) {
    const [first, last] = [Math.max(from, top) - top, Math.min(to, top + part.rows) - top];
    if (first < last) pieces.push(await read(part, first, last));
    top += part.rows;
  }
  return concatenated(pieces);
}

function concatenated(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
