// Rows of a table: token embeddings, and the seed of an explanation as a gather of rows of the head.
import source from '#shaders/embed.wgsl?raw';
import type { Gpu } from '../gpu.ts';
import type { Tensor } from '../tensor.ts';
import { shardBuffers, weightKernels } from '../weight-kernels.ts';
import type { Shard, Weight } from '../weight.ts';
import { fromStoredOrder, toStoredOrder, type ColumnOrder } from './column-order.ts';

const kernelFor = weightKernels('embed.wgsl', source);

/** ids [rows] → [rows, width]. Relevance is read at these rows, so there is no way back through them. */
export function embed(gpu: Gpu, ids: Tensor, table: Weight): Tensor {
  const y = gpu.allocate(ids.rows, table.columns, 'embed');
  for (const shard of table.shards) {
    const params = { ...shapeOf(ids, shard, table), begin: 0, shift: 0 };
    const buffers = { ids: ids.storage, y: y.storage, ...shardBuffers(shard) };
    gpu.run(kernelFor(shard, 'forward'), buffers, params, [Math.ceil(shard.layout.octets / 64), ids.rows]);
  }
  return fromStoredOrder(gpu, y, orderOf(table));
}

export interface Seed {
  /** Token ids [n, 1] and their coefficients c [n, 1] in the explained score Σ c_i · logit_i + shift · mean(logits). */
  readonly ids: Tensor;
  readonly coefficients: Tensor;
  readonly shift: number;
  /** The mean row of the head [1, hiddenSize]; read only where shift is not 0. */
  readonly meanRow: Tensor;
}

/** The multiplier [1, hiddenSize] of the hidden state the logits are made from. */
export function seedMultiplier(gpu: Gpu, head: Weight, { ids, coefficients, shift, meanRow }: Seed): Tensor {
  const g = gpu.allocate(1, head.columns, 'seed');
  // Without a shift the mean row is any tensor.
  const mean = shift === 0 ? meanRow : toStoredOrder(gpu, meanRow, orderOf(head));
  const inputs = { ids: ids.storage, coefficients: coefficients.storage, mean_row: mean.storage, y: g.storage };
  head.shards.forEach((shard, index) => {
    const params = { ...shapeOf(ids, shard, head), begin: index === 0 ? 1 : 0, shift };
    const grid = [Math.ceil(shard.layout.octets / 64)] as const;
    gpu.run(kernelFor(shard, 'seed'), { ...inputs, ...shardBuffers(shard) }, params, grid);
  });
  return fromStoredOrder(gpu, g, orderOf(head));
}

const shapeOf = (ids: Tensor, { firstRow, rows, layout }: Shard, { columns }: Weight) => ({
  rows: ids.rows,
  width: columns,
  octets: layout.octets,
  first: firstRow,
  count: rows,
});

/** A table is never stacked: all its shards have the same order. */
const orderOf = ({ shards }: Weight): ColumnOrder => shards[0]!.order;
