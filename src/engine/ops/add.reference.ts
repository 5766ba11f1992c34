// y = a + b. Relevance: the epsilon rule with eps → 0 on a sum (AttnLRP Eq. 8), R(a) = a R(y) / y, R(b) = b R(y) / y.
import { at, generate, share, type Matrix } from '../matrix.ts';

type Inputs = readonly [a: Matrix, b: Matrix];

export function forward([a, b]: Inputs): Matrix {
  return generate(a.rows, a.width, (row, column) => at(a, row, column) + at(b, row, column));
}

export function relevance(output: Matrix, inputs: Inputs): Matrix[] {
  const y = forward(inputs);
  return inputs.map((input) =>
    generate(y.rows, y.width, (row, column) => {
      return share(at(input, row, column), at(y, row, column)) * at(output, row, column);
    }),
  );
}

export function derivative(output: Matrix): Matrix[] {
  return [output, output];
}
