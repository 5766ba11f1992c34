// What weights will take on the GPU, from their shapes and formats: before any of them is fetched.
import { runsOf, type StoredShape } from '../engine/stack.ts';
import type { WeightData } from '../engine/weight-data.ts';
import { layoutOf } from '../engine/weight-layout.ts';
import { listBound, partsOf } from '../models/list-weights.ts';
import type { BoundSpec, WeightSpec } from '../models/model.ts';

/** How a matrix will lie on the GPU. Vectors are F32, always. */
export type StoredAs = Pick<StoredShape, 'format' | 'order'>;

export type StorageChoice = (spec: WeightSpec) => StoredAs;

/** `tree`: the weight specs of a model; a tied head counts once. */
export function weightBytesOf(tree: unknown, choose: StorageChoice): number {
  const matrices = listBound(tree).flatMap((spec) => matricesOf(spec, choose));
  return matrices.reduce((sum, matrix) => sum + bytesOf(matrix), 0);
}

/** A weight as the matrices that it is on the GPU, on top of each other: one, unless its parts are stored differently. */
export function matricesOf(spec: BoundSpec, choose: StorageChoice): StoredShape[] {
  const parts = partsOf(spec);
  if (parts[0]!.shape.length === 1) {
    return [{ rows: 1, columns: parts.reduce((sum, { shape }) => sum + shape[0]!, 0), format: 'F32' }];
  }
  const shapes = parts.map((part) => ({ ...choose(part), rows: part.shape[0]!, columns: part.shape[1]! }));
  return runsOf(shapes).map((run) => ({ ...run[0]!, rows: run.reduce((sum, { rows }) => sum + rows, 0) }));
}

function bytesOf({ rows, columns, format, order }: StoredShape): number {
  const { words, groups } = layoutOf(format, columns);
  const planes = groups ? [words, groups] : [words];
  const whole = planes.map(({ header, bytes }) => Math.ceil((header.length + bytes(rows)) / 16) * 16);
  return whole.reduce((sum, bytes) => sum + bytes, order ? Math.ceil(columns / 4) * 16 : 0);
}

/** How the data of weights lies there. */
export const storageOf = (data: WeightData): StoredAs =>
  'order' in data ? { format: data.format, order: data.order } : { format: data.format };
