// y = one row of x. A selection: relevance and multiplier go to that row, and the other rows get nothing.
import { at, generate, type Matrix } from '../matrix.ts';

type Inputs = readonly [x: Matrix];
interface Parameters {
  readonly row: number;
}

export function forward([x]: Inputs, { row }: Parameters): Matrix {
  return generate(1, x.width, (_, column) => at(x, row, column));
}

export function relevance(output: Matrix, [x]: Inputs, { row }: Parameters): Matrix[] {
  return [generate(x.rows, x.width, (line, column) => (line === row ? at(output, 0, column) : 0))];
}

export function derivative(output: Matrix, inputs: Inputs, parameters: Parameters): Matrix[] {
  return relevance(output, inputs, parameters);
}
