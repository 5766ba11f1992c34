// y = (x − mean(x)) · w / deviation + b over each row, deviation = √(variance(x) + epsilon).
// Relevance (AttnLRP Prop. 3.4): the deviation is a constant, so y is linear in x with J_ji = w_j (δ_ij − 1/n) / deviation
// and R_i = x_i Σ_j J_ji R_j / y_j; the bias keeps b_j R_j / y_j. The 'whole' reading of the norm: R(x) = R(y).
import { at, generate, share, type Matrix } from '../matrix.ts';
import type { Rules } from '../rules.ts';

type Inputs = readonly [x: Matrix];
interface Parameters {
  readonly weight: Matrix;
  readonly bias: Matrix;
  readonly epsilon: number;
}

export function forward([x]: Inputs, { weight, bias, epsilon }: Parameters): Matrix {
  const statistics = statisticsOf(x, epsilon);
  return generate(x.rows, x.width, (row, column) => {
    const { mean, deviation } = statistics[row]!;
    return ((at(x, row, column) - mean) * at(weight, 0, column)) / deviation + at(bias, 0, column);
  });
}

export function relevance(output: Matrix, [x]: Inputs, parameters: Parameters, rules: Rules): Matrix[] {
  if (rules.norm === 'whole') return [output];
  const y = forward([x], parameters);
  const statistics = statisticsOf(x, parameters.epsilon);
  const input = generate(x.rows, x.width, (row, i) => {
    let sum = 0;
    for (let j = 0; j < x.width; j++) {
      const slope = (at(parameters.weight, 0, j) * ((i === j ? 1 : 0) - 1 / x.width)) / statistics[row]!.deviation;
      sum += slope * share(at(output, row, j), at(y, row, j));
    }
    return at(x, row, i) * sum;
  });
  return [input];
}

/** ∂y_j/∂x_i = w_j (δ_ij − 1/n − n_i n_j / n) / deviation with n_i = (x_i − mean) / deviation, n columns. */
export function derivative(output: Matrix, [x]: Inputs, { weight, epsilon }: Parameters): Matrix[] {
  const statistics = statisticsOf(x, epsilon);
  const input = generate(x.rows, x.width, (row, i) => {
    const { mean, deviation } = statistics[row]!;
    const normed = (column: number) => (at(x, row, column) - mean) / deviation;
    let g = 0;
    for (let j = 0; j < x.width; j++) {
      const slope = ((i === j ? 1 : 0) - (1 + normed(i) * normed(j)) / x.width) / deviation;
      g += at(output, row, j) * at(weight, 0, j) * slope;
    }
    return g;
  });
  return [input];
}

function statisticsOf(x: Matrix, epsilon: number): { readonly mean: number; readonly deviation: number }[] {
  return Array.from({ length: x.rows }, (_, row) => {
    let [sum, squares] = [0, 0];
    for (let column = 0; column < x.width; column++) sum += at(x, row, column);
    const mean = sum / x.width;
    for (let column = 0; column < x.width; column++) squares += (at(x, row, column) - mean) ** 2;
    return { mean, deviation: Math.sqrt(squares / x.width + epsilon) };
  });
}
