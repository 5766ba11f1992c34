// Keys and values that are kept as f16 while a model writes: half the bytes, and nothing else.
import { describe, expect, it } from 'vitest';
import { deviation, useGpu } from './gpu.test-helper.ts';
import type { Gpu } from './gpu.ts';
import { KeyValueCache } from './key-value-cache.ts';
import { generate, type Matrix } from './matrix.ts';
import type { AttentionShape } from './ops.ts';
import type { Parts } from './ops/attention-parts.ts';
import * as reference from './ops/attention.reference.ts';
import { attend } from './ops/attention.ts';
import { tolerance, upload } from './ops/check-op.test-helper.ts';
import { takeHeads } from './ops/heads.ts';
import { randomMatrix } from './ops/random.test-helper.ts';
import { createRotationTable } from './ops/rotation-table.ts';

const suited = useGpu();
/** Without subgroups: the kernels for GPUs. */
const plain = useGpu({ defaultsOnly: true });
const compiling = 300_000;
const capacity = 100;

/** In steps that an f16 holds exactly. */
const exact = (matrix: Matrix): Matrix => ({ ...matrix, data: matrix.data.map((x) => Math.round(x * 256) / 256) });

/** Heads that are not turned, so that what is kept is what is given. */
function unturned(gpu: Gpu, headSize: number) {
  return createRotationTable(gpu, { headSize, inverseFrequencies: new Float64Array(headSize / 2) }, capacity);
}

describe.each([
  ['the kernels of this adapter', suited],
  ['the kernels for GPUs', plain],
])('with %s', (_name, gpu) => {
  /** The rows from `offset` on, read and attended to as decoding does it, after those before were kept. */
  async function attended(x: Matrix, shape: AttentionShape, offset: number, parts?: Parts): Promise<Float32Array> {
    const cache = new KeyValueCache(gpu(), 1, capacity, shape.keyValueHeads * shape.headSize, 'f16');
    const options = { table: unturned(gpu(), shape.headSize), shape };
    const rows = (from: number, to: number): Matrix => {
      return { rows: to - from, width: x.width, data: x.data.slice(from * x.width, to * x.width) };
    };
    try {
      return await gpu().scopeAsync(async () => {
        const { keys: k, values: v } = cache.room(x.rows);
        const take = (part: Matrix, firstRow: number) =>
          takeHeads(gpu(), upload(gpu(), part), options, firstRow, { k, v, firstRow, format: 'f16' });
        if (offset > 0) take(rows(0, offset), 0);
        const q = take(rows(offset, x.rows), offset);
        const manner = parts ? { format: cache.format, parts } : cache;
        return gpu().readFloats(attend(gpu(), [q, k, v], shape, { keys: x.rows, offset }, manner).o);
      });
    } finally {
      cache.destroy();
    }
  }

  it.each([
    [4, 3, 3],
    [64, 6, 1],
  ])(
    'gives what the same numbers give as f32, with heads of %i, %i of queries on %i of keys',
    async (headSize, heads, keyValueHeads) => {
      const shape = { heads, keyValueHeads, headSize, causal: true, window: null };
      const x = exact(randomMatrix(headSize, 75, (heads + 2 * keyValueHeads) * headSize));
      const take = (first: number, count: number): Matrix =>
        generate(x.rows, count * headSize, (row, column) => x.data[row * x.width + first * headSize + column]!);
      const inputs = [take(0, heads), take(heads, keyValueHeads), take(heads + keyValueHeads, keyValueHeads)] as const;
      const whole = reference.forward(inputs, shape).data;
      const from = (row: number) => whole.slice(row * heads * headSize);
      expect(deviation(await attended(x, shape, 0), whole), 'all rows').toBeLessThan(tolerance);
      expect(deviation(await attended(x, shape, 33), from(33)), 'later rows').toBeLessThan(tolerance);
      expect(deviation(await attended(x, shape, 74), from(74)), 'one row').toBeLessThan(tolerance);
      const parts = { count: 3, keys: 25, most: 3 };
      expect(deviation(await attended(x, shape, 74, parts), from(74)), 'in parts').toBeLessThan(tolerance);
    },
    compiling,
  );

  it('makes what f16 cannot hold NaN, which is noticed', async () => {
    const shape = { heads: 1, keyValueHeads: 1, headSize: 4, causal: true, window: null };
    const row = (key: number, value: number) => ({ rows: 1, width: 12, data: new Float64Array([1, 1, 1, 1, key, 0, 0, 0, value, 1, 1, 1]) }); // prettier-ignore
    expect(await attended(row(65504, -65504), shape, 0)).toEqual(Float32Array.of(-65504, 1, 1, 1));
    for (const [key, value] of [
      [65600, 1],
      [-1e6, 1],
      [Infinity, 1],
      [NaN, 1],
    ] as const)
      expect((await attended(row(key, value), shape, 0)).every(Number.isNaN)).toBe(true);
    for (const value of [1e6, NaN]) expect((await attended(row(1, value), shape, 0))[0]).toBeNaN();
  });
});

it('takes half the bytes', () => {
  const bytes = (['f32', 'f16'] as const).map((format) => {
    const cache = new KeyValueCache(suited(), 3, capacity, 16, format);
    cache.destroy();
    return cache.bytes;
  });
  expect(bytes).toEqual([6 * capacity * 16 * 4, 6 * capacity * 16 * 2]);
});
