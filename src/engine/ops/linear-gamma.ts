// The γ-rule of a linear layer: its forward is that of linear.ts, its relevance emphasises what agrees with the output.
import source from '#shaders/linear-gamma.wgsl?raw';
import type { RelevanceContext } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { shardBuffers, weightKernels, wholeOctets } from '../weight-kernels.ts';
import { vectorOf, type Weight } from '../weight.ts';
import { fromStoredOrder, toStoredOrder } from './column-order.ts';

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
  const x = toStoredOrder(gpu, input, weight);
  // [2 · rows, out]: m, and m with the signs of y below it.
  const both = gpu.allocate(2 * rows, weight.rows, `${weight.name} gamma`);
  const biasShare = gpu.allocate(rows, weight.rows, `${weight.name} bias share`);
  const shared = { rows, octets: weight.octets, stride: weight.rows, gamma, has_bias: bias ? 1 : 0 };
  const groups = Math.ceil(rows / lanes.tokens);
  for (const shard of weight.shards) {
    const { firstRow, rows: count } = shard;
    // Without a bias the binding still wants a buffer; it is not read.
    const inputs = { x: x.storage, y: y.storage, bias: bias ? vectorOf(bias) : x.storage, g_y: g.storage };
    const buffers = { ...inputs, m_out: both.storage, bias_out: biasShare.storage, ...shardBuffers(shard) };
    const read = { inner: weight.columns, x_rows: rows, x_offset: 0, x_stride: weight.columns };
    const params = { ...shared, ...read, outer: count, offset: firstRow, accumulate: 0 };
    const grid = [Math.ceil(count / (4 * lanes.count)), groups] as const;
    gpu.run(kernelFor(weight, 'prepare', lanes, wholeOctets(read)), buffers, params, grid);
  }
  if (bias) ledger?.bookAbsorbed('biases', { storage: biasShare.storage, shared: false }, { ...both, rows }, 1);
  const g_x = gpu.allocate(rows, weight.columns, `${weight.name} relevance`);
  weight.shards.forEach((shard, index) => {
    const { firstRow, rows: count } = shard;
    const buffers = { x: both.storage, input: x.storage, g_x: g_x.storage, ...shardBuffers(shard) };
    const read = { inner: count, x_rows: 2 * rows, x_offset: firstRow, x_stride: weight.rows };
    const params = { ...shared, ...read, outer: weight.columns, offset: 0, accumulate: index > 0 ? 1 : 0 };
    const grid = [Math.ceil(weight.columns / (8 * lanes.count)), groups] as const;
    gpu.run(kernelFor(weight, 'relevance', lanes, wholeOctets(read)), buffers, params, grid);
  });
  return fromStoredOrder(gpu, g_x, weight);
}
