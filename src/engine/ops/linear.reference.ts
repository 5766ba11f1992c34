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
    let z = bias ? at(bias, 0, out) : 0;
    for (let i = 0; i < x.width; i++) z += at(x, row, i) * at(weight, out, i);
    return z;
  });
}

export function relevance(output: Matrix, [x]: Inputs, parameters: Parameters): Matrix[] {
  const { weight } = parameters;
  const z = forward([x], parameters);
  const perUnit = generate(z.rows, z.width, (row, j) => share(at(output, row, j), at(z, row, j)));
  const input = generate(x.rows, x.width, (row, i) => {
    let received = 0;
    for (let j = 0; j < weight.rows; j++) received += at(weight, j, i) * at(perUnit, row, j);
    return at(x, row, i) * received;
  });
  return [input];
}

/** g_x = g_z · W. */
export function derivative(output: Matrix, [x]: Inputs, { weight }: Parameters): Matrix[] {
  const input = generate(x.rows, x.width, (row, i) => {
    let g = 0;
    for (let j = 0; j < weight.rows; j++) g += at(output, row, j) * at(weight, j, i);
    return g;
  });
  return [input];
}
