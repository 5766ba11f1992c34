// Rotary embedding, rotate-half convention: columns i and i + half of a head turn together by row · frequency_i,
//   y_i = x_i cos − x_(i+half) sin,   y_(i+half) = x_(i+half) cos + x_i sin.
// A linear map for a given position, hence the epsilon rule: R_i = Σ_j x_i W_ji R_j / y_j over the two outputs.
import { addAt, at, share, zeros, type Matrix } from '../matrix.ts';
import type { Rotation } from '../ops.ts';

type Inputs = readonly [x: Matrix];

export function forward([x]: Inputs, rotation: Rotation): Matrix {
  const y = zeros(x.rows, x.width);
  eachEdge(x, rotation, (row, from, to, weight) => addAt(y, row, to, weight * at(x, row, from)));
  return y;
}

export function relevance(output: Matrix, [x]: Inputs, rotation: Rotation): Matrix[] {
  const y = forward([x], rotation);
  const input = zeros(x.rows, x.width);
  eachEdge(x, rotation, (row, from, to, weight) =>
    addAt(input, row, from, share(weight * at(x, row, from), at(y, row, to)) * at(output, row, to)),
  );
  return [input];
}

export function derivative(output: Matrix, [x]: Inputs, rotation: Rotation): Matrix[] {
  const input = zeros(x.rows, x.width);
  eachEdge(x, rotation, (row, from, to, weight) => addAt(input, row, from, weight * at(output, row, to)));
  return [input];
}

/** The four entries of every 2 × 2 rotation. */
function eachEdge(
  x: Matrix,
  { headSize, inverseFrequencies }: Rotation,
  visit: (row: number, from: number, to: number, weight: number) => void,
): void {
  const half = headSize / 2;
  for (let row = 0; row < x.rows; row++)
    for (let head = 0; head < x.width; head += headSize)
      for (let i = 0; i < half; i++) {
        const angle = row * inverseFrequencies[i]!;
        const [low, high] = [head + i, head + i + half];
        visit(row, low, low, Math.cos(angle));
        visit(row, high, low, -Math.sin(angle));
        visit(row, high, high, Math.cos(angle));
        visit(row, low, high, Math.sin(angle));
      }
}
