// y = x · weightᵀ + bias. Relevance reads the same stored words: no transposed copy, no activation.
import source from '#shaders/linear.wgsl?raw';
import { gridOf, type Gpu } from '../gpu.ts';
import type { Op } from '../op.ts';
import type { LinearSite } from '../ops.ts';
import { gammaOf } from '../rules.ts';
import { expectShape, type Tensor } from '../tensor.ts';
import { shardBuffers, weightKernels, wholeOctets } from '../weight-kernels.ts';
import { vectorOf, type Weight } from '../weight.ts';
import { fromStoredOrder, toStoredOrder } from './column-order.ts';
import { gammaRelevance } from './linear-gamma.ts';

const kernelFor = weightKernels('linear.wgsl', source);

/** Blocks of tokens that a workgroup of the matrix kernels takes. */
const blocks = 2;

/** Rows of W that a workgroup of `forward_one_row` takes. */
const oneRowTile = 32;

export interface LinearOptions {
  readonly weight: Weight;
  readonly bias?: Weight | undefined;
  /** By which a recipe gives this layer a γ-rule. Only layers with a site keep their input and output for it. */
  readonly site?: LinearSite | undefined;
}

/** x [rows, columns] · weightᵀ → [rows, weight.rows]. */
function multiply(gpu: Gpu, input: Tensor, { weight, bias }: LinearOptions): Tensor {
  expectShape('linear', `the input of ${weight.name}`, input, input.rows, weight.columns);
  const x = toStoredOrder(gpu, input, weight);
  const y = gpu.allocate(x.rows, weight.rows, weight.name);
  const oneRow = x.rows === 1;
  const { lanes } = gpu;
  const entry = !oneRow ? 'forward' : lanes.coalesce ? 'forward_one_row' : 'forward_one_row_by_lane';
  const columnsOfGroup = oneRow && lanes.coalesce ? oneRowTile : 4 * lanes.count;
  for (const shard of weight.shards) {
    const params = {
      rows: x.rows,
      inner: weight.columns,
      outer: shard.rows,
      octets: weight.octets,
      x_offset: 0,
      x_stride: weight.columns,
      y_offset: shard.firstRow,
      y_stride: weight.rows,
      has_bias: bias ? 1 : 0,
      accumulate: 0,
    };
    // Without a bias the binding still wants a buffer; it is not read.
    const buffers = {
      x: x.storage,
      bias: bias ? vectorOf(bias) : x.storage,
      y: y.storage,
      ...shardBuffers(shard),
    };
    const groups = Math.ceil(shard.rows / columnsOfGroup);
    const run = kernelFor(weight, entry, lanes, wholeOctets(params));
    gpu.run(run, buffers, params, oneRow ? gridOf(groups) : [groups, Math.ceil(x.rows / (blocks * lanes.tokens))]);
  }
  return y;
}

/** g [rows, weight.rows] · weight → [rows, columns]. */
export function multiplyBack(gpu: Gpu, g: Tensor, weight: Weight): Tensor {
  expectShape('linear', `the multiplier of ${weight.name}`, g, g.rows, weight.rows);
  const g_x = gpu.allocate(g.rows, weight.columns, `${weight.name} relevance`);
  weight.shards.forEach((shard, index) => {
    const params = {
      rows: g.rows,
      inner: shard.rows,
      outer: weight.columns,
      octets: weight.octets,
      x_offset: shard.firstRow,
      x_stride: weight.rows,
      y_offset: 0,
      y_stride: weight.columns,
      has_bias: 0,
      accumulate: index > 0 ? 1 : 0,
    };
    const buffers = { x: g.storage, bias: g.storage, y: g_x.storage, ...shardBuffers(shard) };
    const groups = Math.ceil(weight.columns / (8 * gpu.lanes.count));
    const grid = [groups, Math.ceil(g.rows / (blocks * gpu.lanes.tokens))] as const;
    gpu.run(kernelFor(weight, 'relevance', gpu.lanes, wholeOctets(params)), buffers, params, grid);
  });
  return fromStoredOrder(gpu, g_x, weight);
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
