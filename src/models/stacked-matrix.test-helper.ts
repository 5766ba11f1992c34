// The float64 matrices that a model binds, where a test has those of the single tensors.
import type { Matrix } from '../engine/matrix.ts';
import { isStack } from './list-weights.ts';
import type { BoundSpec, WeightSpec } from './model.ts';

export function stackedMatrix(matrixOf: (spec: WeightSpec) => Matrix): (spec: BoundSpec) => Matrix {
  return (spec) => {
    if (!isStack(spec)) return matrixOf(spec);
    const parts = spec.stack.map(matrixOf);
    const data = Float64Array.from(parts.flatMap((part) => [...part.data]));
    // Vectors stand side by side, matrices on top of each other.
    if (spec.stack[0]!.shape.length === 1) return { rows: 1, width: data.length, data };
    return { rows: parts.reduce((sum, { rows }) => sum + rows, 0), width: parts[0]!.width, data };
  };
}
