// y = [class tokens; x] + positions. A sum (AttnLRP 3.2): each summand receives its part of y's relevance. Class tokens
// and positions are inputs here, so that what they receive, and absorb, can be read.
import { at, generate, share, type Matrix } from '../matrix.ts';

type Inputs = readonly [x: Matrix, classTokens: Matrix, positions: Matrix];

export function forward([x, classTokens, positions]: Inputs): Matrix {
  const first = classTokens.rows;
  return generate(first + x.rows, x.width, (row, column) => {
    const token = row < first ? at(classTokens, row, column) : at(x, row - first, column);
    return token + at(positions, row, column);
  });
}

export function relevance(output: Matrix, inputs: Inputs): Matrix[] {
  const y = forward(inputs);
  const [x, classTokens, positions] = inputs;
  const received = (part: Matrix, first: number) =>
    generate(part.rows, part.width, (row, column) => {
      const whole = at(y, first + row, column);
      return share(at(part, row, column), whole) * at(output, first + row, column);
    });
  return [received(x, classTokens.rows), received(classTokens, 0), received(positions, 0)];
}

export function derivative(output: Matrix, [x, classTokens]: Inputs): Matrix[] {
  const rowsOf = ({ rows, width }: Matrix, first: number) =>
    generate(rows, width, (row, column) => at(output, first + row, column));
  return [rowsOf(x, classTokens.rows), rowsOf(classTokens, 0), output];
}
