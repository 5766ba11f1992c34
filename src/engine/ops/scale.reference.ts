// y = x · factor, a constant: relevance goes on unchanged, the multiplier is scaled.
import { generate, type Matrix } from '../matrix.ts';

type Inputs = readonly [x: Matrix];
interface Parameters {
  readonly factor: number;
}

export function forward([x]: Inputs, { factor }: Parameters): Matrix {
  return generate(x.rows, x.width, (row, column) => x.data[row * x.width + column]! * factor);
}

export function relevance(output: Matrix): Matrix[] {
  return [output];
}

export function derivative(output: Matrix, _inputs: Inputs, parameters: Parameters): Matrix[] {
  return [forward([output], parameters)];
}
