// Every layout on what models rarely hold and files may: single rows and columns, ends that fill no group, octet or
// block, scales next to the largest numbers, subnormal ones, and groups of nothing but zeros.
import { describe, expect, test } from 'vitest';
import { dequantise } from './dequantise.test-helper.ts';
import { openLayer, type Layer, type Size } from './layers.test-helper.ts';
import { makeEightBit, makeFourBit } from './make-bitsandbytes.test-helper.ts';
import { makeCompressed } from './make-compressed.test-helper.ts';
import { makeAwq, makeGptq } from './make-gptq.test-helper.ts';
import { makeMlx } from './make-mlx.test-helper.ts';

type Make = (size: Size) => Layer;

const int8 = { bits: 8, layout: 'int-quantized' } as const;

/** The smallest shapes that each layout can store, and ragged ones. Words of codes are whole, along one side or the other. */
const shapes: readonly (readonly [layout: string, make: Make, shapes: readonly (readonly [number, number])[]])[] = [
  ['MLX', makeMlx, [[1, 32], [3, 96]]], // prettier-ignore
  ['GPTQ', (size) => makeGptq({ ...size, index: 'shuffled' }), [[8, 8], [8, 32], [24, 40]]], // prettier-ignore
  ['GPTQ, 8 bits', (size) => makeGptq({ ...size, bits: 8, group: -1 }), [[4, 4], [12, 36]]], // prettier-ignore
  ['AWQ', (size) => makeAwq({ ...size, group: -1 }), [[8, 1], [8, 7], [40, 33]]], // prettier-ignore
  ['compressed-tensors packed', (size) => makeCompressed({ ...size, strategy: 'channel' }), [[1, 1], [1, 9], [7, 1], [5, 43]]], // prettier-ignore
  ['compressed-tensors bytes', (size) => makeCompressed({ ...size, ...int8, strategy: 'channel', zeros: 'bytes' }), [[1, 1], [7, 1], [3, 17]]], // prettier-ignore
  ['bitsandbytes nf4', makeFourBit, [[1, 2], [2, 1], [66, 1], [1, 66], [22, 13]]], // prettier-ignore
  ['bitsandbytes nf4, nested', (size) => makeFourBit({ ...size, nested: true }), [[2, 1], [22, 13]]], // prettier-ignore
  ['bitsandbytes 8 bits', makeEightBit, [[1, 1], [7, 1], [1, 9], [5, 13]]], // prettier-ignore
];

/** Maxima of bitsandbytes become f32 scales, rounded once; everything else is exact. */
const toleranceOf = (layout: string): number => (layout.startsWith('bitsandbytes') ? 1e-7 : 0);

/** Read at once and in parts; of weights that are all 0 nothing else will do. */
async function check(layer: Layer, tolerance: number): Promise<void> {
  const matrix = await openLayer(layer);
  const largest = layer.weights.reduce((result, weight) => Math.max(result, Math.abs(weight)), 0);
  for (const rowsAtOnce of [layer.rows, 3]) {
    const weights = await dequantise(matrix, rowsAtOnce);
    const far = layer.weights.reduce((result, weight, i) => Math.max(result, Math.abs(weights[i]! - weight)), 0);
    expect(weights.every(Number.isFinite)).toBe(true);
    expect(far).toBeLessThanOrEqual(tolerance * largest);
  }
}

describe.each(shapes)('%s', (layout, make, sizes) => {
  const [rows, columns] = sizes.at(-1)!;

  test.each(sizes)('stores %i × %i', (rows, columns) => check(make({ rows, columns }), toleranceOf(layout)));

  test.each(['huge', 'zero'] as const)('may have scales that are %s', async (scales) => {
    const layer = make({ rows, columns, scales });
    const sizesOf = layer.weights.map(Math.abs);
    expect(Math.max(...sizesOf)).toSatisfy((largest: number) => (scales === 'huge' ? largest > 1e4 : largest < 0.3));
    await check(layer, toleranceOf(layout));
  });
});

// Not those of bitsandbytes, whose products have few digits left there.
const exact = shapes.filter(([layout]) => toleranceOf(layout) === 0);
test.each(exact)('%s may have scales that are subnormal', async (_, make, sizes) => {
  const [rows, columns] = sizes.at(-1)!;
  for (const type of ['F16', 'BF16', 'F32'] as const) await check(make({ rows, columns, type, scales: 'tiny' }), 0);
});
