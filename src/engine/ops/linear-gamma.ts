// The γ-rule of a linear layer: its forward is that of linear.ts, its relevance emphasises what agrees with the output. The
// matrix products are those of every layer, with W and with |W|.
import source from '#shaders/linear-gamma.wgsl?raw';
import { gridOf } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { RelevanceContext } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { vectorOf, type Weight } from '../weight.ts';
import { multiply, multiplyBack } from './products.ts';

const gammaShader = shader('linear-gamma.wgsl', source);
const prepare = kernel(gammaShader, 'prepare');
const combine = kernel(gammaShader, 'combine');

/** g [rows, out] → the multiplier of x [rows, in], given the layer's output y; books what the bias keeps. */
export function gammaRelevance(
  { gpu, ledger }: RelevanceContext,
  g: Tensor,
  { x, y }: { readonly x: Tensor; readonly y: Tensor },
  { weight, bias, gamma }: { readonly weight: Weight; readonly bias?: Weight | undefined; readonly gamma: number },
): Tensor {
  const magnitudes = multiply(gpu, x, { weight }, { of: 'both', factor: gamma / 2 });
  const [m, signed, biasShare] = ['multipliers', 'signed multipliers', 'bias share'].map((name) =>
    gpu.allocate(y.rows, y.width, `${weight.name} gamma ${name}`),
  ) as [Tensor, Tensor, Tensor];
  const buffers = {
    y: y.storage,
    magnitudes: magnitudes.storage,
    // Without a bias the binding still wants a buffer; it is not read.
    bias: bias ? vectorOf(bias) : y.storage,
    g_y: g.storage,
    m: m.storage,
    signed_m: signed.storage,
    bias_out: biasShare.storage,
  };
  const count = y.rows * y.width;
  const params = { count, width: y.width, gamma, has_bias: bias ? 1 : 0 };
  gpu.run(prepare, buffers, params, gridOf(Math.ceil(count / 64)));
  gpu.release(magnitudes);
  if (bias) ledger?.bookAbsorbed('biases', { storage: biasShare.storage, shared: false }, m, 1);
  gpu.release(biasShare);

  const g_x = multiplyBack(gpu, m, weight);
  gpu.release(m);
  const favoured = multiplyBack(gpu, signed, weight, { of: 'weights', factor: gamma / 2 });
  gpu.release(signed);
  const together = { x: x.storage, favoured: favoured.storage, g_x: g_x.storage };
  const numbers = x.rows * x.width;
  gpu.run(combine, together, { count: numbers, width: x.width, gamma, has_bias: 0 }, gridOf(Math.ceil(numbers / 64)));
  gpu.release(favoured);
  return g_x;
}
