// y = x · weightᵀ + bias + residual. Relevance reads the same stored words: no transposed copy, no activation.
import common from '#shaders/lib/linear.wgsl?raw';
import tileLibrary from '#shaders/lib/tile.wgsl?raw';
import tiledSource from '#shaders/linear-tiled.wgsl?raw';
import source from '#shaders/linear.wgsl?raw';
import type { Gpu } from '../gpu.ts';
import type { Op } from '../op.ts';
import type { LinearSite } from '../ops.ts';
import { gammaOf } from '../rules.ts';
import { expectShape, type Tensor } from '../tensor.ts';
import type { Direction, Tile } from '../tiles.ts';
import { constantsOfChoice, readingConstants, weightKernels } from '../weight-kernels.ts';
import { vectorOf, type Shard, type Weight } from '../weight.ts';
import { add } from './add.ts';
import { byOrder, fromStoredOrder, toStoredOrder } from './column-order.ts';
import { buffersOf, forwardParams, type LinearBuffers, type LinearParams } from './linear-bindings.ts';
import { gammaRelevance } from './linear-gamma.ts';
import { runTokens } from './linear-run.ts';
import { runOneRow } from './linear-one-row.ts';

const inRegisters = weightKernels('linear.wgsl', source, common);
const tiled = weightKernels('linear-tiled.wgsl', tiledSource, common, tileLibrary);

const slabConstants = constantsOfChoice(({ tokenFours, columnFours, depth }: NonNullable<Tile['slab']>) => ({
  TOKEN_FOURS: tokenFours,
  COLUMN_FOURS: columnFours,
  DEPTH: depth,
}));

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
  const params = forwardParams(shard, x, y, shard.rows, shard.firstRow);
  if (bias) params.has_bias = 1;
  if (residual) params.has_residual = 1;
  const buffers = buffersOf(shard, x, y);
  if (bias) buffers.bias = vectorOf(bias);
  if (residual) buffers.residual = residual.storage;
  if (x.rows === 1) {
    runOneRow(gpu, shard, 'forward', buffers, params);
    return;
  }
  runMatrix(gpu, shard, 'forward', buffers, params);
}

/** What is left of the tokens by less than half a tile is for the smallest tile. */
function runMatrix(gpu: Gpu, shard: Shard, direction: Direction, buffers: LinearBuffers, params: LinearParams): void {
  const tiles = gpu.tuning.tiles[direction];
  const tile = tiles.of(shard, direction === 'forward' ? params.inner : params.outer);
  const [smallest] = tiles.choices;
  const left = tile === smallest ? 0 : params.rows % tile.tokens;
  const end = left < tile.tokens / 2 ? params.rows - left : params.rows;
  const portions = [
    [tile, 0, end],
    [smallest, end, params.rows],
  ] as const;
  for (const [{ slab, columns, tokens }, from, to] of portions) {
    if (from === to) continue;
    const run = slab
      ? tiled(shard, direction, undefined, slabConstants(slab, params))
      : inRegisters(shard, direction, gpu.lanes, readingConstants(params));
    runTokens(gpu, run, buffers, params, { across: Math.ceil(params.outer / columns[direction]), tokens, from, to });
  }
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
    first_token: 0,
  };
  runMatrix(gpu, shard, 'relevance', buffersOf(shard, g, g_x), params);
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
