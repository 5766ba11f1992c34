// y = z Φ(z): Φ(z) = (1 + erf(z/√2)) / 2, or its usual approximation (1 + tanh(√(2/π) (z + 0.044715 z³))) / 2.
// Relevance: the identity rule, R(z) = R(y) (AttnLRP Eq. 9).
import { at, generate, type Matrix } from '../matrix.ts';
import type { GeluKind } from '../ops.ts';

type Inputs = readonly [x: Matrix];
interface Parameters {
  readonly kind: GeluKind;
}

export function forward([x]: Inputs, { kind }: Parameters): Matrix {
  return generate(x.rows, x.width, (row, column) => at(x, row, column) * curves[kind].value(at(x, row, column)));
}

export function relevance(output: Matrix): Matrix[] {
  return [output];
}

/** Φ(z) + z Φ'(z). */
export function derivative(output: Matrix, [x]: Inputs, { kind }: Parameters): Matrix[] {
  const { value, slope } = curves[kind];
  return [
    generate(x.rows, x.width, (row, column) => {
      const z = at(x, row, column);
      return at(output, row, column) * (value(z) + z * slope(z));
    }),
  ];
}

const inner = (z: number): number => Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3);

const curves: Record<GeluKind, { value(z: number): number; slope(z: number): number }> = {
  erf: {
    value: (z) => (1 + erf(z / Math.SQRT2)) / 2,
    slope: (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI),
  },
  tanh: {
    value: (z) => (1 + Math.tanh(inner(z))) / 2,
    slope: (z) => (Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * z * z) * (1 - Math.tanh(inner(z)) ** 2)) / 2,
  },
};

/** 2/√π e^(−z²) Σ 2ⁿ z^(2n+1) / (2n+1)!!, whose terms all have the sign of z: nothing cancels. Beyond 6 it is ±1. */
export function erf(z: number): number {
  if (Math.abs(z) > 6) return Math.sign(z);
  let [sum, term] = [0, z];
  for (let n = 0; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    sum += term;
    term *= (2 * z * z) / (2 * n + 3);
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
}
