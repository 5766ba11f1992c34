// The methods on offer, each a row of numbers in engine/rules.ts.
import { attnLrp, cpLrp, gradient, type Rules } from '../engine/rules.ts';

export const methods = {
  attnlrp: attnLrp,
  'cp-lrp': cpLrp,
  'gradient-x-input': gradient,
} as const satisfies Record<string, Rules>;

export type Method = keyof typeof methods;
