// Between the order in which a weight's columns are stored and that of the inputs they belong to. Nothing happens for
// weights that are stored in order, which is nearly all of them.
import source from '#shaders/column-order.wgsl?raw';
import { gridOf, type Gpu } from '../gpu.ts';
import { kernel, shader, type Kernel } from '../kernel.ts';
import type { Storage } from '../pool.ts';
import type { Tensor } from '../tensor.ts';
import type { Shard, Weight } from '../weight.ts';

const made = shader('column-order.wgsl', source);
const gather = kernel(made, 'gather');
const scatter = kernel(made, 'scatter');

/** Stored column i belongs to input order[i]; null where columns are in their own order. */
export type ColumnOrder = Storage | null;

/** x [rows, columns] as the stored columns want it. */
export const toStoredOrder = (gpu: Gpu, x: Tensor, order: ColumnOrder): Tensor => reorder(gpu, gather, x, order);

/** What was made from stored columns [rows, columns], in the order of the inputs. */
export const fromStoredOrder = (gpu: Gpu, x: Tensor, order: ColumnOrder): Tensor => reorder(gpu, scatter, x, order);

function reorder(gpu: Gpu, run: Kernel, x: Tensor, order: ColumnOrder): Tensor {
  if (!order) return x;
  const { rows, width } = x;
  const y = gpu.allocate(rows, width, 'columns in another order');
  const count = rows * width;
  gpu.run(run, { order, x: x.storage, y: y.storage }, { count, width }, gridOf(Math.ceil(count / 64)));
  return y;
}

/** Runs of shards whose columns are in the same order: one run, unless a weight was stacked of several. */
export function byOrder({ shards }: Weight): Shard[][] {
  const runs: Shard[][] = [];
  for (const shard of shards) {
    const run = runs.at(-1);
    if (run && run[0]!.order === shard.order) run.push(shard);
    else runs.push([shard]);
  }
  return runs;
}
