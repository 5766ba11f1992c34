// The γ-rule of a linear layer: its forward is that of linear.ts, its relevance emphasises what agrees with the output.
import source from '#shaders/linear-gamma.wgsl?raw';
import type { RelevanceContext } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { readingConstants, shardBuffers, weightKernels } from '../weight-kernels.ts';
import { vectorOf, type Weight } from '../weight.ts';
import { add } from './add.ts';
import { byOrder, fromStoredOrder, toStoredOrder } from './column-order.ts';
import { runTokens } from './linear-run.ts';

const kernelFor = weightKernels('linear-gamma.wgsl', source);

/** g [rows, out] → the multiplier of x [rows, in], given the layer's output y; books what the bias keeps. */
export function gammaRelevance(
  { gpu, ledger }: RelevanceContext,
  g: Tensor,
  { x: input, y }: { readonly x: Tensor; readonly y: Tensor },
  { weight, bias, gamma }: { readonly weight: Weight; readonly bias?: Weight | undefined; readonly gamma: number },
): Tensor {
  const { rows } = input;
  const { lanes } = gpu;
  // [2 · rows, out]: m, and m with the signs of y below it.
  const both = gpu.allocate(2 * rows, weight.rows, `${weight.name} gamma`);
  const biasShare = gpu.allocate(rows, weight.rows, `${weight.name} bias share`);
  const shared = { rows, stride: weight.rows, gamma, has_bias: bias ? 1 : 0 };
  const parts = byOrder(weight).map((shards) => {
    const { order } = shards[0]!;
    const x = toStoredOrder(gpu, input, order);
    const g_x = gpu.allocate(rows, weight.columns, `${weight.name} relevance`);
    shards.forEach((shard, index) => {
      const { firstRow, rows: count, layout } = shard;
      const own = { ...shared, octets: layout.octets };
      // Without a bias the binding still wants a buffer; it is not read.
      const inputs = { x: x.storage, y: y.storage, bias: bias ? vectorOf(bias) : x.storage, g_y: g.storage };
      const prepared = { ...inputs, m_out: both.storage, bias_out: biasShare.storage, ...shardBuffers(shard) };
      const read = { inner: weight.columns, x_rows: rows, x_offset: 0, x_stride: weight.columns };
      const params = { ...own, ...read, outer: count, offset: firstRow, accumulate: 0 };
      const prepare = kernelFor(shard, 'prepare', lanes, readingConstants(read));
      const across = Math.ceil(count / (4 * lanes.count));
      runTokens(gpu, prepare, prepared, params, { across, tokens: lanes.tokens });

      const buffers = { x: both.storage, input: x.storage, g_x: g_x.storage, ...shardBuffers(shard) };
      const readBack = { inner: count, x_rows: 2 * rows, x_offset: firstRow, x_stride: weight.rows };
      const paramsBack = { ...own, ...readBack, outer: weight.columns, offset: 0, accumulate: index > 0 ? 1 : 0 };
      const back = kernelFor(shard, 'relevance', lanes, readingConstants(readBack));
      const acrossBack = Math.ceil(weight.columns / (8 * lanes.count));
      runTokens(gpu, back, buffers, paramsBack, { across: acrossBack, tokens: lanes.tokens, products: 2 });
    });
    return fromStoredOrder(gpu, g_x, order);
  });
  if (bias) ledger?.bookAbsorbed('biases', { storage: biasShare.storage, shared: false }, { ...both, rows }, 1);
  return parts.reduce((sum, part) => add.forward(gpu, [sum, part], {}).output);
}
