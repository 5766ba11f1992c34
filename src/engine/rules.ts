// A relevance method is a row of numbers: which derivative each kind of op uses on the way back.
// What is carried is the multiplier g = R / x (Arras et al., arXiv 2502.15886), so no rule ever divides by an activation.
import type { LinearSite } from './ops.ts';

export interface Rules {
  /** Element-wise nonlinearity: f(z)/z (identity rule, AttnLRP Eq. 9) or the true f'(z). */
  readonly slope: 'identity' | 'derivative';
  /**
   * Statistics of a norm: constant (Prop. 3.4; of a LayerNorm the deviation only) or differentiated; 'whole' hands
   * R(y) on to x unchanged, through mean and bias too, which differs from 'constant' for a LayerNorm only.
   */
  readonly norm: 'constant' | 'whole' | 'derivative';
  /** Shares of the product silu(gate) · up that go on into gate and into up (Prop. 3.2). */
  readonly gate: readonly [gate: number, up: number];
  /** Shares of attention that go on into values, and into queries and keys each (Prop. 3.3). */
  readonly attention: { readonly value: number; readonly queryKey: number };
  /** Linear layers under the gamma rule, by what they are for; all others have the epsilon rule, which is gamma 0. */
  readonly linear: readonly (readonly [site: LinearSite, gamma: number])[];
  /** Does x · g at every site add up to the explained score (with what the ledger books)? False for plain gradients. */
  readonly conserves: boolean;
}

export const attnLrp: Rules = {
  slope: 'identity',
  norm: 'constant',
  gate: [0.5, 0.5],
  attention: { value: 0.5, queryKey: 0.25 },
  linear: [],
  conserves: true,
};

/** CP-LRP (Ali et al. 2022): attention weights and gates are constants. */
export const cpLrp: Rules = {
  slope: 'identity',
  norm: 'constant',
  gate: [0, 1],
  attention: { value: 1, queryKey: 0 },
  linear: [],
  conserves: true,
};

/** The ordinary vector-Jacobian product, for gradient × input. */
export const gradient: Rules = {
  slope: 'derivative',
  norm: 'derivative',
  gate: [1, 1],
  attention: { value: 1, queryKey: 1 },
  linear: [],
  conserves: false,
};

/** The gammas that make maps of vision transformers readable, as LXT gives them for torchvision's ViT. */
const visionGammas: Rules['linear'] = [
  ['patches', 0.25],
  ['mlp', 0.05],
];

/** Methods for images, which name a rule per site. */
export const recipes = {
  'cp-lrp-gamma': { ...cpLrp, linear: visionGammas },
  'attnlrp-gamma': { ...attnLrp, linear: visionGammas },
  'cp-lrp-epsilon': cpLrp,
  'attnlrp-epsilon': attnLrp,
  'gradient-x-input': gradient,
} as const satisfies Record<string, Rules>;

export type Recipe = keyof typeof recipes;

/** Gamma of a linear layer; 0 is the epsilon rule. */
export function gammaOf(rules: Rules, site: LinearSite | undefined): number {
  return rules.linear.find(([name]) => name === site)?.[1] ?? 0;
}
