// z = x·Wᵀ + b. Relevance: the epsilon rule with eps → 0 (AttnLRP Eq. 8), R_i = x_i Σ_j W_ji R_j / z_j.
// The bias is part of z_j, so it keeps b_j R_j / z_j.
import { at, generate, share, type Matrix } from '../matrix.ts';

type Inputs = readonly [x: Matrix];
interface Parameters {
  readonly weight: Matrix;
  readonly bias?: Matrix | undefined;
}

export function forward([x]: Inputs, { weight, bias }: Parameters): Matrix {
  return generate(x.rows, weight.rows, (row, out) => {
    const product = dot(x.data, row * x.width, weight.data, out * weight.width, 1, x.width);
    return bias ? product + at(bias, 0, out) : product;
  });
}

export function relevance(output: Matrix, [x]: Inputs, parameters: Parameters): Matrix[] {
  const z = forward([x], parameters);
  const perUnit = generate(z.rows, z.width, (row, j) => share(at(output, row, j), at(z, row, j)));
  const sums = timesWeight(perUnit, parameters.weight);
  return [generate(x.rows, x.width, (row, i) => at(x, row, i) * at(sums, row, i))];
}

/** g_x = g_z · W. */
export function derivative(output: Matrix, _inputs: Inputs, { weight }: Parameters): Matrix[] {
  return [timesWeight(output, weight)];
}

function timesWeight(y: Matrix, weight: Matrix): Matrix {
  return generate(y.rows, weight.width, (row, i) =>
    dot(y.data, row * y.width, weight.data, i, weight.width, weight.rows),
  );
}

/** The inner loop of all tests on whole models, hence bare numbers. */
function dot(a: Float64Array, firstA: number, b: Float64Array, firstB: number, stepB: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[firstA + i]! * b[firstB + i * stepB]!;
  return sum;
}
