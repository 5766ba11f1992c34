// y = x · w / √(mean(x²) + epsilon) over groups of `width` columns, of as many columns as w has; others stay.
// Relevance: the identity rule, R(x) = R(y) (AttnLRP Prop. 3.4): with the root held constant each output has one input.
import { at, generate, type Matrix } from '../matrix.ts';

type Inputs = readonly [x: Matrix];
interface Parameters {
  readonly weight: Matrix;
  readonly epsilon: number;
  /** The weight's own unless stated. */
  readonly width?: number | undefined;
}

export function forward([x]: Inputs, { weight, epsilon, width = weight.width }: Parameters): Matrix {
  return generate(x.rows, x.width, (row, column) => {
    if (column >= weight.width) return at(x, row, column);
    const root = rootOfMeanSquare(x, row, column - (column % width), width, epsilon);
    return (at(x, row, column) * at(weight, 0, column)) / root;
  });
}

export function relevance(output: Matrix): Matrix[] {
  return [output];
}

/** ∂y_j/∂x_i = w_j (δ_ij / root − x_i x_j / (size · root³)), within a group. */
export function derivative(output: Matrix, [x]: Inputs, { weight, epsilon, width }: Parameters): Matrix[] {
  const size = width ?? weight.width;
  const input = generate(x.rows, x.width, (row, i) => {
    if (i >= weight.width) return at(output, row, i);
    const first = i - (i % size);
    const root = rootOfMeanSquare(x, row, first, size, epsilon);
    let g = 0;
    for (let j = 0; j < size; j++) {
      const through = -(at(x, row, i) * at(x, row, first + j)) / (size * root ** 3);
      const direct = first + j === i ? 1 / root : 0;
      g += at(output, row, first + j) * at(weight, 0, first + j) * (direct + through);
    }
    return g;
  });
  return [input];
}

function rootOfMeanSquare(x: Matrix, row: number, first: number, size: number, epsilon: number): number {
  let squares = 0;
  for (let i = 0; i < size; i++) squares += at(x, row, first + i) ** 2;
  return Math.sqrt(squares / size + epsilon);
}
