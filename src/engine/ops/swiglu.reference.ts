// y = silu(gate) · up, silu(z) = z / (1 + e^−z).
// Relevance: the product hands its relevance on in shares (½ and ½: uniform rule, AttnLRP Prop. 3.2; CP-LRP: all to
// up), and silu passes on what it gets (identity rule, Eq. 9). No activation enters.
import { at, generate, type Matrix } from '../matrix.ts';
import type { Rules } from '../rules.ts';

type Inputs = readonly [gate: Matrix, up: Matrix];

export function forward([gate, up]: Inputs): Matrix {
  return generate(gate.rows, gate.width, (row, column) => silu(at(gate, row, column)) * at(up, row, column));
}

export function relevance(output: Matrix, _inputs: Inputs, _parameters: object, rules: Rules): Matrix[] {
  return rules.gate.map((part) => generate(output.rows, output.width, (row, column) => part * at(output, row, column)));
}

/** silu'(z) = (1 + tanh(z/2)) / 2 + z / (4 cosh²(z/2)), which stays finite for every z. */
export function derivative(output: Matrix, [gate, up]: Inputs): Matrix[] {
  const slope = (z: number) => (1 + Math.tanh(z / 2)) / 2 + z / (4 * Math.cosh(z / 2) ** 2);
  return [
    generate(gate.rows, gate.width, (row, column) => {
      return at(output, row, column) * slope(at(gate, row, column)) * at(up, row, column);
    }),
    generate(up.rows, up.width, (row, column) => at(output, row, column) * silu(at(gate, row, column))),
  ];
}

function silu(z: number): number {
  return z / (1 + Math.exp(-z));
}
