// Between the order in which a weight's columns are stored and that of the inputs they belong to. Nothing happens for
// weights that are stored in order, which is nearly all of them.
import source from '#shaders/column-order.wgsl?raw';
import { gridOf, type Gpu } from '../gpu.ts';
import { kernel, shader, type Kernel } from '../kernel.ts';
import type { Tensor } from '../tensor.ts';
import type { Weight } from '../weight.ts';

const made = shader('column-order.wgsl', source);
const gather = kernel(made, 'gather');
const scatter = kernel(made, 'scatter');

/** x [rows, columns] as the stored columns want it. */
export const toStoredOrder = (gpu: Gpu, x: Tensor, weight: Weight): Tensor => reorder(gpu, gather, x, weight);

/** What was made from stored columns [rows, columns], in the order of the inputs. */
export const fromStoredOrder = (gpu: Gpu, x: Tensor, weight: Weight): Tensor => reorder(gpu, scatter, x, weight);

function reorder(gpu: Gpu, run: Kernel, x: Tensor, { name, columns, order }: Weight): Tensor {
  if (!order) return x;
  const y = gpu.allocate(x.rows, columns, `${name} columns`);
  const count = x.rows * columns;
  gpu.run(run, { order, x: x.storage, y: y.storage }, { count, width: columns }, gridOf(Math.ceil(count / 64)));
  return y;
}
