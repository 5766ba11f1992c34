// The γ-rule of a linear layer: its forward is that of linear.ts, its relevance emphasises what agrees with the output.
import source from '#shaders/linear-gamma.wgsl?raw';
import type { RelevanceContext } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { shardBuffers, weightKernels } from '../weight-kernels.ts';
import { vectorOf, type Weight } from '../weight.ts';
import { fromStoredOrder, toStoredOrder } from './column-order.ts';

const kernelFor = weightKernels('linear-gamma.wgsl', source);

/** Columns, and tokens on the way to m and to g_x, that a workgroup makes, as linear-gamma.wgsl states. */
const tile = { columns: 128, prepared: 16, tokens: 8 };

/** g [rows, out] → the multiplier of x [rows, in]; books what the bias keeps. */
export function gammaRelevance(
  { gpu, ledger }: RelevanceContext,
  g: Tensor,
  input: Tensor,
  { weight, bias, gamma }: { readonly weight: Weight; readonly bias?: Weight | undefined; readonly gamma: number },
): Tensor {
  const { rows } = input;
  const x = toStoredOrder(gpu, input, weight);
  const m = gpu.allocate(rows, weight.rows, `${weight.name} gamma`);
  const signedM = gpu.allocate(rows, weight.rows, `${weight.name} signed gamma`);
  const biasShare = gpu.allocate(rows, weight.rows, `${weight.name} bias share`);
  const shared = { rows, octets: weight.octets, stride: weight.rows, gamma, has_bias: bias ? 1 : 0 };
  for (const shard of weight.shards) {
    const { firstRow, rows: count } = shard;
    const inputs = { x: x.storage, bias: bias ? vectorOf(bias) : x.storage, g_y: g.storage };
    const outputs = {
      m_out: m.storage,
      signed_m_out: signedM.storage,
      bias_out: biasShare.storage,
      ...shardBuffers(shard),
    };
    const params = { ...shared, inner: weight.columns, outer: count, offset: firstRow, accumulate: 0 };
    const grid = [Math.ceil(count / tile.columns), Math.ceil(rows / tile.prepared)] as const;
    gpu.run(kernelFor(weight, 'prepare'), { ...inputs, ...outputs }, params, grid);
  }
  if (bias) ledger?.bookAbsorbed('biases', { storage: biasShare.storage, shared: false }, m, 1);
  const g_x = gpu.allocate(rows, weight.columns, `${weight.name} relevance`);
  weight.shards.forEach((shard, index) => {
    const { firstRow, rows: count } = shard;
    const buffers = { x: x.storage, m: m.storage, signed_m: signedM.storage, g_x: g_x.storage, ...shardBuffers(shard) };
    const params = { ...shared, inner: count, outer: weight.columns, offset: firstRow, accumulate: index > 0 ? 1 : 0 };
    const grid = [Math.ceil(weight.columns / tile.columns), Math.ceil(rows / tile.tokens)] as const;
    gpu.run(kernelFor(weight, 'relevance'), buffers, params, grid);
  });
  return fromStoredOrder(gpu, g_x, weight);
}
