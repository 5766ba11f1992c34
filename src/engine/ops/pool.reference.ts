// y = the mean of `count` rows of x from `first` on; a single row is a selection.
// Relevance: y is linear in x (epsilon rule, AttnLRP Eq. 8), R_i = x_i / (count · y) · R. Other rows get nothing.
import { at, generate, share, type Matrix } from '../matrix.ts';

type Inputs = readonly [x: Matrix];
interface Parameters {
  readonly first: number;
  readonly count: number;
}

export function forward([x]: Inputs, { first, count }: Parameters): Matrix {
  return generate(1, x.width, (_, column) => {
    let sum = 0;
    for (let row = first; row < first + count; row++) sum += at(x, row, column);
    return sum / count;
  });
}

export function relevance(output: Matrix, [x]: Inputs, parameters: Parameters): Matrix[] {
  const y = forward([x], parameters);
  const { first, count } = parameters;
  return [
    generate(x.rows, x.width, (row, column) => {
      const part = row < first || row >= first + count ? 0 : at(x, row, column) / count;
      return share(part, at(y, 0, column)) * at(output, 0, column);
    }),
  ];
}

export function derivative(output: Matrix, [x]: Inputs, { first, count }: Parameters): Matrix[] {
  return [
    generate(x.rows, x.width, (row, column) =>
      row < first || row >= first + count ? 0 : at(output, 0, column) / count,
    ),
  ];
}
