// y = x · weightᵀ + bias + residual. Relevance reads the same stored words: no transposed copy, no activation.
import source from '#shaders/linear.wgsl?raw';
import { gridOf, type Gpu, type Grid } from '../gpu.ts';
import type { Op } from '../op.ts';
import type { LinearSite } from '../ops.ts';
import type { Storage } from '../pool.ts';
import { rowLanesChoices, workgroupLanes } from '../row-lanes.ts';
import { gammaOf } from '../rules.ts';
import { expectShape, type Tensor } from '../tensor.ts';
import { shardBuffers, weightKernels, wholeOctets, wholeQuads } from '../weight-kernels.ts';
import { vectorOf, type Shard, type Weight } from '../weight.ts';
import { add } from './add.ts';
import { byOrder, fromStoredOrder, toStoredOrder } from './column-order.ts';
import { gammaRelevance } from './linear-gamma.ts';

const kernelFor = weightKernels('linear.wgsl', source);

/** Blocks of tokens that a workgroup of the matrix kernels takes. */
const blocks = 2;

export interface LinearOptions {
  readonly weight: Weight;
  readonly bias?: Weight | undefined;
  /** By which a recipe gives this layer a γ-rule. Only layers with a site keep their input and output for it. */
  readonly site?: LinearSite | undefined;
}

interface Product extends LinearOptions {
  readonly residual?: Tensor | undefined;
}

/** x [rows, columns] · weightᵀ → [rows, weight.rows]. */
function multiply(gpu: Gpu, input: Tensor, { weight, bias, residual }: Product): Tensor {
  expectShape('linear', `the input of ${weight.name}`, input, input.rows, weight.columns);
  if (residual) expectShape('linear', `the residual of ${weight.name}`, residual, input.rows, weight.rows);
  const y = gpu.allocate(input.rows, weight.rows, weight.name);
  for (const shards of byOrder(weight)) {
    const x = toStoredOrder(gpu, input, shards[0]!.order);
    for (const shard of shards) multiplyShard(gpu, shard, { x, y, bias, residual });
  }
  return y;
}

function multiplyShard(
  gpu: Gpu,
  shard: Shard,
  { x, y, bias, residual }: { x: Tensor; y: Tensor; bias: Weight | undefined; residual: Tensor | undefined },
): void {
  const params = {
    ...readingOf(shard, x),
    outer: shard.rows,
    y_offset: shard.firstRow,
    y_stride: y.width,
    has_bias: bias ? 1 : 0,
    has_residual: residual ? 1 : 0,
    accumulate: 0,
    first_row: 0,
  };
  // Without a bias or a residual the binding still wants a buffer; it is not read.
  const buffers = {
    x: x.storage,
    bias: bias ? vectorOf(bias) : x.storage,
    residual: residual?.storage ?? x.storage,
    y: y.storage,
    ...shardBuffers(shard),
  };
  const { lanes } = gpu;
  const constants = wholeOctets(params);
  if (x.rows === 1) {
    const kernel = lanes.coalesce ? 'forward_one_row' : 'forward_one_row_by_lane';
    runOneRow(gpu, shard, kernel, { rows: shard.rows, rowsOfGroup: 4 }, buffers, params);
    return;
  }
  const grid: Grid = [Math.ceil(shard.rows / (4 * lanes.count)), Math.ceil(x.rows / (blocks * lanes.tokens))];
  gpu.run(kernelFor(shard, 'forward', lanes, constants), buffers, params, grid);
}

/** A one-row kernel, of which a lane (or lanes that walk rows together) makes `rowsOfGroup` numbers of y. */
function runOneRow(
  gpu: Gpu,
  shard: Shard,
  entry: string,
  { rows, rowsOfGroup }: { readonly rows: number; readonly rowsOfGroup: number },
  buffers: Readonly<Record<string, Storage>>,
  params: ReturnType<typeof readingOf> & Readonly<Record<string, number>>,
): void {
  const { lanes } = gpu;
  const rowLanes = lanes.coalesce ? gpu.rowLanes.of(shard, params.inner) : rowLanesChoices[0];
  const constants = { ...wholeOctets(params), ...wholeQuads(params.inner), ROW_LANES: rowLanes };
  const groups = lanes.coalesce ? workgroupLanes / rowLanes : lanes.count;
  gpu.run(kernelFor(shard, entry, lanes, constants), buffers, params, gridOf(Math.ceil(rows / (rowsOfGroup * groups))));
}

/** How the kernels of forward find whole rows of x. */
const readingOf = ({ layout }: Shard, x: Tensor) => ({
  rows: x.rows,
  inner: x.width,
  octets: layout.octets,
  x_offset: 0,
  x_stride: x.width,
});

/**
 * silu(x · gateᵀ) · (x · upᵀ) of one row, gate [width, columns] on top of up in one weight; null where these lie in
 * several shards, for which the kernel has no bindings.
 */
export function multiplyGatedRow(gpu: Gpu, input: Tensor, weight: Weight): Tensor | null {
  const [shard, another] = weight.shards;
  if (another) return null;
  expectShape('swiglu', `the input of ${weight.name}`, input, 1, weight.columns);
  const x = toStoredOrder(gpu, input, shard!.order);
  const width = weight.rows / 2;
  const y = gpu.allocate(1, width, weight.name);
  const places = { y_offset: 0, y_stride: width, has_bias: 0, has_residual: 0, accumulate: 0, first_row: 0 };
  const params = { ...readingOf(shard!, x), outer: width, ...places };
  const buffers = { x: x.storage, bias: x.storage, residual: x.storage, y: y.storage, ...shardBuffers(shard!) };
  const kernel = gpu.lanes.coalesce ? 'gated_row' : 'gated_row_by_lane';
  runOneRow(gpu, shard!, kernel, { rows: width, rowsOfGroup: 2 }, buffers, params);
  return y;
}

/** g [rows, weight.rows] · weight → [rows, columns]. */
export function multiplyBack(gpu: Gpu, g: Tensor, weight: Weight): Tensor {
  expectShape('linear', `the multiplier of ${weight.name}`, g, g.rows, weight.rows);
  const first = g.zeros ?? 0;
  const parts = byOrder(weight).flatMap((shards) => {
    const met = shards.filter(({ firstRow, rows }) => firstRow + rows > first);
    if (met.length === 0) return [];
    const part = gpu.allocate(g.rows, weight.columns, `${weight.name} relevance`);
    met.forEach((shard, index) => multiplyShardBack(gpu, shard, { g, g_x: part, first, accumulate: index > 0 }));
    return [fromStoredOrder(gpu, part, shards[0]!.order)];
  });
  return parts.reduce((sum, part) => add.forward(gpu, [sum, part], {}).output);
}

function multiplyShardBack(
  gpu: Gpu,
  shard: Shard,
  { g, g_x, first, accumulate }: { g: Tensor; g_x: Tensor; first: number; accumulate: boolean },
): void {
  const skipped = Math.max(0, first - shard.firstRow);
  const params = {
    rows: g.rows,
    inner: shard.rows - skipped,
    outer: g_x.width,
    octets: shard.layout.octets,
    x_offset: shard.firstRow + skipped,
    x_stride: g.width,
    y_offset: 0,
    y_stride: g_x.width,
    has_bias: 0,
    has_residual: 0,
    accumulate: accumulate ? 1 : 0,
    first_row: skipped,
  };
  const { lanes } = gpu;
  const buffers = { x: g.storage, bias: g.storage, residual: g.storage, y: g_x.storage, ...shardBuffers(shard) };
  const grid: Grid = [Math.ceil(g_x.width / (8 * lanes.count)), Math.ceil(g.rows / (blocks * lanes.tokens))];
  gpu.run(kernelFor(shard, 'relevance', lanes, wholeOctets(params)), buffers, params, grid);
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

/** residual + linear(x), in one pass over the outputs. The sum hands on its multiplier to both. */
export const linearOnto: Op<readonly [residual: Tensor, x: Tensor], Omit<LinearOptions, 'site'>> = {
  name: 'linearOnto',
  forward: (gpu, [residual, x], options) => ({ output: multiply(gpu, x, { ...options, residual }), saved: [] }),
  unsaved: ([{ rows, width }]) => ({ rows, width }),
  relevance: (context, g, saved, options) => [g, ...linear.relevance(context, g, saved, options)],
};
