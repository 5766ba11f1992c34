// Rows of a table: token embeddings, and the seed of an explanation as a gather of rows of the head.
import source from '#shaders/embed.wgsl?raw';
import type { Gpu } from '../gpu.ts';
import type { Tensor } from '../tensor.ts';
import { shardBuffers, weightKernels } from '../weight-kernels.ts';
import type { Weight } from '../weight.ts';
import { fromStoredOrder, toStoredOrder } from './column-order.ts';

const kernelFor = weightKernels('embed.wgsl', source);

/** ids [rows] → [rows, width]. Relevance is read at these rows, so there is no way back through them. */
export function embed(gpu: Gpu, ids: Tensor, table: Weight): Tensor {
  const y = gpu.allocate(ids.rows, table.columns, 'embed');
  for (const shard of table.shards) {
    const params = { ...shapeOf(ids, table), first: shard.firstRow, count: shard.rows, begin: 0, shift: 0 };
    const buffers = { ids: ids.storage, y: y.storage, ...shardBuffers(shard) };
    gpu.run(kernelFor(table, 'forward'), buffers, params, [Math.ceil(table.octets / 64), ids.rows]);
  }
  return fromStoredOrder(gpu, y, table);
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
  const mean = shift === 0 ? meanRow : toStoredOrder(gpu, meanRow, head);
  const inputs = { ids: ids.storage, coefficients: coefficients.storage, mean_row: mean.storage, y: g.storage };
  head.shards.forEach((shard, index) => {
    const { firstRow: first, rows: count } = shard;
    const params = { ...shapeOf(ids, head), first, count, begin: index === 0 ? 1 : 0, shift };
    gpu.run(kernelFor(head, 'seed'), { ...inputs, ...shardBuffers(shard) }, params, [Math.ceil(head.octets / 64)]);
  });
  return fromStoredOrder(gpu, g, head);
}

function shapeOf(ids: Tensor, table: Weight): { rows: number; width: number; octets: number } {
  return { rows: ids.rows, width: table.columns, octets: table.octets };
}
