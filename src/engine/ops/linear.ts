// y = x · weightᵀ + bias + residual, whose relevance needs no activation: the products are in products.ts.
import type { Op } from '../op.ts';
import type { LinearSite } from '../ops.ts';
import { gammaOf } from '../rules.ts';
import type { Tensor } from '../tensor.ts';
import { vectorOf } from '../weight.ts';
import { gammaRelevance } from './linear-gamma.ts';
import { multiply, multiplyBack, type Product } from './products.ts';

export interface LinearOptions extends Omit<Product, 'residual'> {
  /** By which a recipe gives this layer a γ-rule. Only layers with a site keep their input and output for it. */
  readonly site?: LinearSite | undefined;
}

export const linear: Op<readonly [x: Tensor], LinearOptions> = {
  name: 'linear',
  forward(gpu, [x], options) {
    const output = multiply(gpu, x, options);
    return { output, saved: options.site ? [x, output] : [] };
  },
  unsaved: ([x], { weight, site }) => (site ? null : { rows: x.rows, width: weight.rows }),
  relevance(context, g, saved, { weight, bias, site }) {
    const gamma = gammaOf(context.rules, site);
    if (gamma > 0) {
      const [x, y] = saved as [Tensor, Tensor];
      return [gammaRelevance(context, g, { x, y }, { weight, bias, gamma })];
    }
    if (bias) context.ledger?.bookAbsorbed('biases', { storage: vectorOf(bias), shared: true }, g, 1);
    return [multiplyBack(context.gpu, g, weight)];
  },
};

/** residual + linear(x), in one pass over the outputs. The sum hands on its multiplier to both. */
export const linearOnto: Op<readonly [residual: Tensor, x: Tensor], Omit<LinearOptions, 'site'>> = {
  name: 'linearOnto',
  forward: (gpu, [residual, x], options) => ({ output: multiply(gpu, x, { ...options, residual }), saved: [] }),
  unsaved: ([{ rows, width }]) => ({ rows, width }),
  relevance: (context, g, saved, options) => [g, ...linear.relevance(context, g, saved, options)],
};
