// A relevance method is a row of numbers: which derivative each kind of op uses on the way back.
// What is carried is the multiplier g = R / x (Arras et al., arXiv 2502.15886), so no rule ever divides by an activation.

export interface Rules {
  /** Element-wise nonlinearity: f(z)/z (identity rule, AttnLRP Eq. 9) or the true f'(z). */
  readonly slope: 'identity' | 'derivative';
  /** Statistics of a norm: a constant (Prop. 3.4) or differentiated. */
  readonly norm: 'constant' | 'derivative';
  /** Shares of the product silu(gate) · up that go on into gate and into up (Prop. 3.2). */
  readonly gate: readonly [gate: number, up: number];
  /** Shares of attention that go on into values, and into queries and keys each (Prop. 3.3). */
  readonly attention: { readonly value: number; readonly queryKey: number };
  /** Does x · g at every site add up to the explained score (with what the ledger books)? False for plain gradients. */
  readonly conserves: boolean;
}

export const attnLrp: Rules = {
  slope: 'identity',
  norm: 'constant',
  gate: [0.5, 0.5],
  attention: { value: 0.5, queryKey: 0.25 },
  conserves: true,
};

/** CP-LRP (Ali et al. 2022): attention weights and gates are constants. */
export const cpLrp: Rules = {
  slope: 'identity',
  norm: 'constant',
  gate: [0, 1],
  attention: { value: 1, queryKey: 0 },
  conserves: true,
};

/** The ordinary vector-Jacobian product, for gradient × input. */
export const gradient: Rules = {
  slope: 'derivative',
  norm: 'derivative',
  gate: [1, 1],
  attention: { value: 1, queryKey: 1 },
  conserves: false,
};
