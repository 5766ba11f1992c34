// x · weightᵀ, and g · weight on the way back, which reads the same stored words: there is no transposed copy. A weight may
// lie in shards, and a long text takes a portion of its tokens at a time.
import common from '#shaders/lib/linear.wgsl?raw';
import tileLibrary from '#shaders/lib/tile.wgsl?raw';
import tiledSource from '#shaders/linear-tiled.wgsl?raw';
import source from '#shaders/linear.wgsl?raw';
import type { Gpu } from '../gpu.ts';
import type { Kernel } from '../kernel.ts';
import { expectShape, type Tensor } from '../tensor.ts';
import type { Direction, Tile } from '../tiles.ts';
import { constantsOfChoice, readingConstants, weightKernels, type Absolute } from '../weight-kernels.ts';
import { vectorOf, type Shard, type Weight } from '../weight.ts';
import { add } from './add.ts';
import { byOrder, fromStoredOrder, toStoredOrder } from './column-order.ts';
import { buffersOf, forwardParams, type LinearBuffers, type LinearParams } from './linear-bindings.ts';
import { runOneRow } from './linear-one-row.ts';

const inRegisters = weightKernels('linear.wgsl', source, common);
const tiled = weightKernels('linear-tiled.wgsl', tiledSource, common, tileLibrary);

const slabConstants = constantsOfChoice(({ tokenFours, columnFours, depth }: NonNullable<Tile['slab']>) => ({
  TOKEN_FOURS: tokenFours,
  COLUMN_FOURS: columnFours,
  DEPTH: depth,
}));

/** Absolute values in place of numbers, and what those of W are multiplied with. */
export interface Magnitudes {
  readonly of: Exclude<Absolute, 'nothing'>;
  readonly factor: number;
}

export interface Product {
  readonly weight: Weight;
  readonly bias?: Weight | undefined;
  /** Added to the product. */
  readonly residual?: Tensor | undefined;
}

/** x [rows, columns] · weightᵀ + bias + residual → [rows, weight.rows]. */
export function multiply(gpu: Gpu, input: Tensor, product: Product, magnitudes: Magnitudes | null = null): Tensor {
  const { weight, residual } = product;
  expectShape('linear', `the input of ${weight.name}`, input, input.rows, weight.columns);
  if (residual) expectShape('linear', `the residual of ${weight.name}`, residual, input.rows, weight.rows);
  const y = gpu.allocate(input.rows, weight.rows, weight.name);
  for (const shards of byOrder(weight)) {
    const x = toStoredOrder(gpu, input, shards[0]!.order);
    for (const shard of shards) multiplyShard(gpu, shard, x, y, product, magnitudes);
  }
  return y;
}

function multiplyShard(
  gpu: Gpu,
  shard: Shard,
  x: Tensor,
  y: Tensor,
  { bias, residual }: Product,
  magnitudes: Magnitudes | null,
): void {
  const params = forwardParams(shard, x, y, shard.rows, shard.firstRow);
  if (bias) params.has_bias = 1;
  if (residual) params.has_residual = 1;
  if (magnitudes) params.factor = magnitudes.factor;
  const buffers = buffersOf(shard, x, y);
  if (bias) buffers.bias = vectorOf(bias);
  if (residual) buffers.residual = residual.storage;
  if (x.rows === 1 && !magnitudes) runOneRow(gpu, shard, 'forward', buffers, params);
  else runMatrix(gpu, shard, 'forward', buffers, params, magnitudes?.of);
}

/** g [rows, weight.rows] · weight → [rows, columns]. */
export function multiplyBack(gpu: Gpu, g: Tensor, weight: Weight, magnitudes: Magnitudes | null = null): Tensor {
  expectShape('linear', `the multiplier of ${weight.name}`, g, g.rows, weight.rows);
  const first = g.zeros ?? 0;
  const parts = byOrder(weight).flatMap((shards) => {
    const met = shards.filter(({ firstRow, rows }) => firstRow + rows > first);
    if (met.length === 0) return [];
    const part = gpu.allocate(g.rows, weight.columns, `${weight.name} relevance`);
    met.forEach((shard, index) => {
      const skipped = Math.max(0, first - shard.firstRow);
      const params = {
        rows: g.rows,
        inner: shard.rows - skipped,
        outer: part.width,
        octets: shard.layout.octets,
        x_offset: shard.firstRow + skipped,
        x_stride: g.width,
        y_offset: 0,
        y_stride: part.width,
        has_bias: 0,
        has_residual: 0,
        accumulate: index > 0 ? 1 : 0,
        first_row: skipped,
        first_token: 0,
        factor: magnitudes?.factor ?? 1,
      };
      runMatrix(gpu, shard, 'relevance', buffersOf(shard, g, part), params, magnitudes?.of);
    });
    return [fromStoredOrder(gpu, part, shards[0]!.order)];
  });
  return parts.reduce((sum, part) => add.forward(gpu, [sum, part], {}).output);
}

/** What is left of the tokens by less than half a tile is for the smallest tile. */
function runMatrix(
  gpu: Gpu,
  shard: Shard,
  direction: Direction,
  buffers: LinearBuffers,
  params: LinearParams,
  absolute: Absolute = 'nothing',
): void {
  const tiles = gpu.tuning.tiles[direction];
  const tile = tiles.of(shard, direction === 'forward' ? params.inner : params.outer);
  const [smallest] = tiles.choices;
  const left = tile === smallest ? 0 : params.rows % tile.tokens;
  const end = left < tile.tokens / 2 ? params.rows - left : params.rows;
  const kernelOf = ({ slab }: Tile): Kernel =>
    slab
      ? tiled(shard, direction, undefined, slabConstants(slab, params, absolute))
      : inRegisters(shard, direction, gpu.lanes, readingConstants(params, absolute));
  const workOfToken = params.inner * params.outer;
  const run = (tile: Tile, from: number, to: number): void => {
    if (from === to) return;
    const { columns, tokens } = tile;
    for (const [first, count] of gpu.portions(to - from, workOfToken, tokens)) {
      const grid = [Math.ceil(params.outer / columns[direction]), Math.ceil(count / tokens)] as const;
      const portion = { ...params, first_token: from + first, rows: from + first + count };
      gpu.run(kernelOf(tile), buffers, portion, grid, count * workOfToken);
    }
  };
  run(tile, 0, end);
  run(smallest, end, params.rows);
}
