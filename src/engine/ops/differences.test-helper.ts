// Numerical derivatives of an op's float64 reference, and the measure by which results are compared.
import { at, generate, type Matrix } from '../matrix.ts';

/** Multipliers of the inputs by central differences: Σ g · y differentiated in every entry of every input. */
export function differentiate<Inputs extends readonly Matrix[]>(
  forward: (inputs: Inputs) => Matrix,
  inputs: Inputs,
  output: Matrix,
): Matrix[] {
  const step = 2 ** -17; // error of the formula ~ step², of rounding ~ 1e-16 / step: both near 1e-10
  return inputs.map((input, index) =>
    generate(input.rows, input.width, (row, column) => {
      const score = (offset: number) => {
        const moved = generate(input.rows, input.width, (r, c) =>
          r === row && c === column ? at(input, r, c) + offset : at(input, r, c),
        );
        const y = forward(inputs.map((other, i) => (i === index ? moved : other)) as readonly Matrix[] as Inputs);
        return y.data.reduce((sum, value, i) => sum + value * output.data[i]!, 0);
      };
      return (score(step) - score(-step)) / (2 * step);
    }),
  );
}

/** Largest difference, relative to the largest expected magnitude. NaN never passes a comparison. */
export function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let [difference, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return difference === 0 ? 0 : difference / scale;
}
