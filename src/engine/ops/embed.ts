// Rows of a table: token embeddings, and the seed of an explanation as a gather of rows of the head.
import source from '#shaders/embed.wgsl?raw';
import type { Gpu } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Tensor } from '../tensor.ts';
import { weightFormats, type Weight, type WeightFormat } from '../weight.ts';

const shaders = Object.fromEntries(
  Object.entries(weightFormats).map(([format, { library }]) => [
    format,
    shader(`embed.wgsl (${format})`, source, library),
  ]),
) as Record<WeightFormat, ReturnType<typeof shader>>;

/** ids [rows] → [rows, width]. Relevance is read at these rows, so there is no way back through them. */
export function embed(gpu: Gpu, ids: Tensor, table: Weight): Tensor {
  const y = gpu.allocate(ids.rows, table.columns, 'embed');
  for (const { firstRow, rows, storage } of table.shards) {
    const params = { ...shapeOf(ids, table), first: firstRow, count: rows, begin: 0, shift: 0 };
    const buffers = { ids: ids.storage, y: y.storage, weight_words: storage };
    gpu.run(kernel(shaders[table.format], 'forward'), buffers, params, [Math.ceil(table.octets / 64), ids.rows]);
  }
  return y;
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
  head.shards.forEach(({ firstRow, rows, storage }, index) => {
    const params = { ...shapeOf(ids, head), first: firstRow, count: rows, begin: index === 0 ? 1 : 0, shift };
    const inputs = { ids: ids.storage, coefficients: coefficients.storage, mean_row: meanRow.storage };
    const buffers = { ...inputs, y: g.storage, weight_words: storage };
    gpu.run(kernel(shaders[head.format], 'seed'), buffers, params, [Math.ceil(head.octets / 64)]);
  });
  return g;
}

function shapeOf(ids: Tensor, table: Weight): { rows: number; width: number; octets: number } {
  return { rows: ids.rows, width: table.columns, octets: table.octets };
}
