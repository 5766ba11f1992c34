// What weights will take on the GPU, from their shapes and formats: before any of them is fetched.
import type { DenseFormat, QuantisedFormat } from '../engine/weight-data.ts';
import { layoutOf } from '../engine/weight-layout.ts';
import { listWeights } from '../models/list-weights.ts';
import type { WeightSpec } from '../models/model.ts';

/** How a matrix will lie on the GPU. Vectors are F32, always. */
export interface StoredAs {
  readonly format: DenseFormat | QuantisedFormat;
  /** Its columns are in an order of their own (act-order GPTQ). */
  readonly ordered?: boolean;
}

export type StorageChoice = (spec: WeightSpec) => StoredAs;

export const storedAs = (spec: WeightSpec, choose: StorageChoice): StoredAs =>
  spec.shape.length === 1 ? { format: 'F32' } : choose(spec);

/** `tree`: the weight specs of a model; a tied head counts once. */
export function weightBytesOf(tree: unknown, choose: StorageChoice): number {
  return listWeights(tree).reduce((sum, spec) => sum + bytesOf(spec, storedAs(spec, choose)), 0);
}

function bytesOf({ shape }: WeightSpec, { format, ordered = false }: StoredAs): number {
  const columns = shape.at(-1)!;
  const rows = shape.length === 1 ? 1 : shape[0]!;
  const { words, groups } = layoutOf(format, columns);
  const planes = groups ? [words, groups] : [words];
  const whole = planes.map(({ header, bytes }) => Math.ceil((header.length + bytes(rows)) / 16) * 16);
  return whole.reduce((sum, bytes) => sum + bytes, ordered ? Math.ceil(columns / 4) * 16 : 0);
}
