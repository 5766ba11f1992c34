// y = the last row of x. A selection: relevance and multiplier go to that row, and the other rows get nothing.
import { at, generate, type Matrix } from '../matrix.ts';

type Inputs = readonly [x: Matrix];

export function forward([x]: Inputs): Matrix {
  return generate(1, x.width, (_, column) => at(x, x.rows - 1, column));
}

export function relevance(output: Matrix, [x]: Inputs): Matrix[] {
  return [generate(x.rows, x.width, (row, column) => (row === x.rows - 1 ? at(output, 0, column) : 0))];
}

export function derivative(output: Matrix, inputs: Inputs): Matrix[] {
  return relevance(output, inputs);
}
