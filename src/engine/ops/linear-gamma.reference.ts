// z = x·Wᵀ + b under the gamma rule, generalised to inputs of either sign. With p_ji = x_i W_ji, P_j the sum of the
// positive p_ji and b_j⁺, N_j that of the negative ones and b_j⁻:
//   z_j > 0: R_i = Σ_j (p_ji + gamma p_ji⁺) / (z_j + gamma P_j) · R_j
//   z_j < 0: R_i = Σ_j (p_ji + gamma p_ji⁻) / (z_j + gamma N_j) · R_j          z_j = 0 gives nothing.
import { addAt, at, share, zeros, type Matrix } from '../matrix.ts';
import * as linear from './linear.reference.ts';

type Inputs = readonly [x: Matrix];
interface Parameters {
  readonly weight: Matrix;
  readonly bias?: Matrix | undefined;
  readonly gamma: number;
}

export const forward: (inputs: Inputs, parameters: Parameters) => Matrix = linear.forward;
export const derivative: (output: Matrix, inputs: Inputs, parameters: Parameters) => Matrix[] = linear.derivative;

export function relevance(output: Matrix, [x]: Inputs, { weight, bias, gamma }: Parameters): Matrix[] {
  const input = zeros(x.rows, x.width);
  for (let row = 0; row < x.rows; row++) {
    for (let j = 0; j < weight.rows; j++) {
      const products = Array.from({ length: x.width }, (_, i) => at(x, row, i) * at(weight, j, i));
      const summands = bias ? [...products, at(bias, 0, j)] : products;
      const z = sum(summands);
      const favoured = (part: number) => (z > 0 ? Math.max(part, 0) : Math.min(part, 0));
      const whole = z + gamma * sum(summands.map(favoured));
      const perUnit = z === 0 ? 0 : share(at(output, row, j), whole);
      products.forEach((part, i) => addAt(input, row, i, (part + gamma * favoured(part)) * perUnit));
    }
  }
  return [input];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
