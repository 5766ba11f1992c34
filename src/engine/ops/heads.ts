// Rows of query, key and value heads → q, k and v, q and k turned by rotary embedding.
import source from '#shaders/heads.wgsl?raw';
import newKeysF16 from '#shaders/lib/new-keys-f16.wgsl?raw';
import newKeysF32 from '#shaders/lib/new-keys-f32.wgsl?raw';
import { AppError } from '../../errors.ts';
import { gridOf, type Gpu } from '../gpu.ts';
import type { CacheFormat } from '../key-value-cache.ts';
import { kernel, shader, type Kernel } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { AttentionShape } from '../ops.ts';
import { expectShape, type Tensor } from '../tensor.ts';
import type { RotationTable } from './rotation-table.ts';

const headsShader = shader('heads.wgsl', source, newKeysF32);
const forward: Readonly<Record<CacheFormat, Kernel>> = {
  f32: kernel(headsShader, 'forward'),
  f16: kernel(shader('heads.wgsl (f16)', source, newKeysF16), 'forward'),
};
const relevance = kernel(headsShader, 'relevance');

export interface HeadsOptions {
  readonly table: RotationTable;
  readonly shape: Pick<AttentionShape, 'heads' | 'keyValueHeads'>;
}

/** k and v go to these tensors, from a row on. */
export interface Destination {
  readonly k: Tensor;
  readonly v: Tensor;
  readonly firstRow: number;
  readonly format: CacheFormat;
}

/** x [rows, (heads + 2 · keyValueHeads) · headSize], whose first row stands at `position` → q [rows, heads · headSize]. */
export function takeHeads(gpu: Gpu, x: Tensor, options: HeadsOptions, position: number, to: Destination): Tensor {
  const { table, shape } = options;
  const { heads, keyValueHeads } = shape;
  expectShape('heads', 'the input', x, x.rows, (heads + 2 * keyValueHeads) * table.headSize);
  if (position + x.rows > table.positions) {
    throw new AppError(
      'ContextError',
      `The text has ${position + x.rows} tokens, but only ${table.positions} fit. Use a shorter text.`,
    );
  }
  const q = gpu.allocate(x.rows, heads * table.headSize, 'query heads');
  const buffers = { table: table.storage, x: x.storage, q: q.storage, k: to.k.storage, v: to.v.storage };
  gpu.run(forward[to.format], buffers, paramsOf(x, options, position, to.firstRow, true), gridOfPairs(x, 2));
  return q;
}

function paramsOf(x: Tensor, { table, shape }: HeadsOptions, position: number, firstRow: number, queryKey: boolean) {
  return {
    rows: x.rows,
    heads: shape.heads,
    key_value_heads: shape.keyValueHeads,
    half_size: table.headSize / 2,
    first_position: position,
    first_row: firstRow,
    has_query_key: queryKey ? 1 : 0,
  };
}

/** `each`: pairs of a lane. */
const gridOfPairs = ({ rows, width }: Tensor, each = 1) => gridOf(Math.ceil((rows * width) / 2 / (64 * each)));

/** A whole text, from position 0. */
export const heads: Op<readonly [x: Tensor], HeadsOptions, readonly [q: Tensor, k: Tensor, v: Tensor]> = {
  name: 'heads',
  forward(gpu, [x], options) {
    const width = options.shape.keyValueHeads * options.table.headSize;
    const k = gpu.allocate(x.rows, width, 'key heads');
    const v = gpu.allocate(x.rows, width, 'value heads');
    return { output: [takeHeads(gpu, x, options, 0, { k, v, firstRow: 0, format: 'f32' }), k, v], saved: [] };
  },
  relevance({ gpu }, [g_q, g_k, g_v], _saved, options) {
    const { headSize } = options.table;
    const { heads, keyValueHeads } = options.shape;
    const g = g_v!;
    const zeros = g_q && g_k ? 0 : (heads + keyValueHeads) * headSize;
    const g_x = gpu.allocate(g.rows, (heads + 2 * keyValueHeads) * headSize, 'heads relevance');
    const multipliers = { g_q: (g_q ?? g).storage, g_k: (g_k ?? g).storage, g_v: g.storage };
    const buffers = { table: options.table.storage, ...multipliers, g_x: g_x.storage };
    gpu.run(relevance, buffers, paramsOf(g_x, options, 0, 0, zeros === 0), gridOfPairs(g_x));
    return [{ ...g_x, zeros }];
  },
};
