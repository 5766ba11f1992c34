// Every layout, read from files that were written number by number: the weights must come out exactly.
import { describe, expect, test } from 'vitest';
import { dequantise } from './dequantise.test-helper.ts';
import { openLayer, type Layer } from './layers.test-helper.ts';
import { makeEightBit, makeFourBit } from './make-bitsandbytes.test-helper.ts';
import { makeCompressed } from './make-compressed.test-helper.ts';
import { makeAwq, makeGptq } from './make-gptq.test-helper.ts';
import { makeMlx } from './make-mlx.test-helper.ts';

/** Largest difference, relative to the largest weight. */
async function errorOf(layer: Layer, rowsAtOnce?: number): Promise<number> {
  const weights = await dequantise(await openLayer(layer), rowsAtOnce);
  const largest = layer.weights.reduce((result, weight) => Math.max(result, Math.abs(weight)), 0);
  return layer.weights.reduce((result, weight, i) => Math.max(result, Math.abs(weights[i]! - weight)), 0) / largest;
}

const cases: readonly (readonly [what: string, layer: Layer])[] = [
  ...[2, 3, 4, 5, 6, 8].flatMap((bits) =>
    [32, 64, 128].map((group): [string, Layer] => [
      `MLX, ${bits} bits in groups of ${group}`,
      makeMlx({ rows: 11, columns: 384, bits, group }),
    ]),
  ),
  ['MLX, scales in F16', makeMlx({ rows: 5, columns: 64, type: 'F16' })],
  ['MLX, scales in F32', makeMlx({ rows: 5, columns: 64, type: 'F32' })],
  ['MLX, a module with settings of its own', makeMlx({ rows: 5, columns: 96, bits: 3, override: true })],
  ["MLX as transformers' metal", makeMlx({ rows: 5, columns: 64, offsets: 'qbiases' })],

  ...(['v1', 'v2'] as const).flatMap((version) =>
    (['missing', 'in order', 'shuffled'] as const).flatMap((index) =>
      [4, 8].map((bits): [string, Layer] => [
        `GPTQ ${version}, ${bits} bits, g_idx ${index}`,
        makeGptq({ rows: 24, columns: 96, version, bits, index }),
      ]),
    ),
  ),
  ...([2, 3] as const).map((bits): [string, Layer] => [
    `GPTQ, ${bits} bits`,
    makeGptq({ rows: 32, columns: 96, bits, index: 'shuffled' }),
  ]),
  ['GPTQ v2, 3 bits', makeGptq({ rows: 32, columns: 64, bits: 3, version: 'v2' })],
  ['GPTQ with a short last group', makeGptq({ rows: 16, columns: 72, index: 'in order' })],
  ['GPTQ with a short last group, shuffled', makeGptq({ rows: 16, columns: 72, index: 'shuffled' })],
  ['GPTQ with one group a row', makeGptq({ rows: 8, columns: 40, group: -1 })],
  ['GPTQ with a group larger than the row', makeGptq({ rows: 8, columns: 40, group: 128 })],
  ['GPTQ, 8 bits, half an octet at the end', makeGptq({ rows: 8, columns: 44, bits: 8, group: -1 })],
  ['GPTQ, symmetric', makeGptq({ rows: 8, columns: 64, symmetric: true })],
  ['GPTQ v2, symmetric', makeGptq({ rows: 8, columns: 64, symmetric: true, version: 'v2' })],
  ['GPTQ, scales in BF16', makeGptq({ rows: 8, columns: 64, type: 'BF16' })],
  ['GPTQ, scales in F32', makeGptq({ rows: 8, columns: 64, type: 'F32', index: 'shuffled' })],
  [
    'GPTQ with settings by pattern',
    makeGptq({
      rows: 8,
      columns: 64,
      settings: {
        bits: 8,
        group_size: 128,
        dynamic: {
          '-:model\\.layers\\.0': {},
          '.*\\.down_proj': { bits: 2 },
          '+:.*\\.up_proj$': { bits: 4, group_size: 32 },
          '.*': { bits: 3 },
        },
      },
    }),
  ],

  ['AWQ', makeAwq({ rows: 24, columns: 96 })],
  ['AWQ in groups of 128', makeAwq({ rows: 8, columns: 256, group: 128 })],
  ['AWQ with one group a row of 44', makeAwq({ rows: 16, columns: 44, group: -1 })],
  ['AWQ, scales in BF16', makeAwq({ rows: 8, columns: 64, type: 'BF16' })],

  ...([4, 8] as const).flatMap((bits) =>
    (['none', 'packed', 'bytes'] as const).flatMap((zeros) =>
      (['group', 'channel'] as const).map((strategy): [string, Layer] => [
        `compressed-tensors packed, ${bits} bits, a scale by ${strategy}, zero points ${zeros}`,
        makeCompressed({ rows: 13, columns: 96, bits, zeros, strategy }),
      ]),
    ),
  ),
  ['compressed-tensors packed, one scale', makeCompressed({ rows: 7, columns: 48, strategy: 'tensor' })],
  [
    'compressed-tensors packed, one scale and zero point',
    makeCompressed({ rows: 7, columns: 48, strategy: 'tensor', zeros: 'bytes' }),
  ],
  ['compressed-tensors packed, 43 columns', makeCompressed({ rows: 9, columns: 43, strategy: 'channel' })],
  ['compressed-tensors packed, one column', makeCompressed({ rows: 9, columns: 1, strategy: 'channel' })],
  ['compressed-tensors packed, one row', makeCompressed({ rows: 1, columns: 64, zeros: 'packed' })],
  ...(['in order', 'shuffled', 'minus one'] as const).map((index): [string, Layer] => [
    `compressed-tensors packed, g_idx ${index}`,
    makeCompressed({ rows: 6, columns: 96, index, zeros: 'packed' }),
  ]),
  ['compressed-tensors packed, scales in F32', makeCompressed({ rows: 6, columns: 64, type: 'F32', zeros: 'packed' })],
  ...(['group', 'channel', 'tensor'] as const).flatMap((strategy) =>
    (['none', 'bytes'] as const).map((zeros): [string, Layer] => [
      `compressed-tensors bytes, a scale by ${strategy}, zero points ${zeros}`,
      makeCompressed({ rows: 6, columns: 96, bits: 8, layout: 'int-quantized', strategy, zeros }),
    ]),
  ),
  [
    'compressed-tensors bytes, 37 columns',
    makeCompressed({ rows: 5, columns: 37, bits: 8, layout: 'int-quantized', strategy: 'channel' }),
  ],
  [
    'compressed-tensors bytes, shuffled',
    makeCompressed({ rows: 5, columns: 64, bits: 8, layout: 'int-quantized', index: 'shuffled' }),
  ],

  ...(['nf4', 'fp4'] as const).flatMap((kind) =>
    [false, true].map((nested): [string, Layer] => [
      `bitsandbytes ${kind}${nested ? ', nested' : ''}`,
      makeFourBit({ rows: 40, columns: 96, kind, nested }),
    ]),
  ),
  ['bitsandbytes nf4, more than 256 blocks', makeFourBit({ rows: 70, columns: 256, nested: true })],
  ['bitsandbytes nf4, 20 columns', makeFourBit({ rows: 21, columns: 20 })],
  ['bitsandbytes nf4, 7 columns', makeFourBit({ rows: 22, columns: 7 })],
  ['bitsandbytes nf4 in blocks of 4096', makeFourBit({ rows: 9, columns: 640, blockSize: 4096 })],
  ['bitsandbytes nf4 under another type', makeFourBit({ rows: 8, columns: 64, storage: 'BF16' })],
  ['bitsandbytes 8 bits', makeEightBit({ rows: 12, columns: 40 })],
  ['bitsandbytes 8 bits, 13 columns', makeEightBit({ rows: 12, columns: 13 })],
];

describe('a quantised layer', () => {
  test.each(cases)('has its weights: %s', async (what, layer) => {
    // Maxima of bitsandbytes become f32 scales, rounded once; everything else is exact.
    const tolerance = /bitsandbytes/.test(what) ? 1e-7 : 0;
    expect(await errorOf(layer)).toBeLessThanOrEqual(tolerance);
    expect(await errorOf(layer, 3)).toBeLessThanOrEqual(tolerance);
  });

  test('of 4 bits or less is kept in 4, of more in 8', async () => {
    const bitsOf = async (bits: number) => (await openLayer(makeMlx({ rows: 2, columns: 32, bits }))).format.bits;
    expect(await Promise.all([2, 3, 4, 5, 6, 8].map(bitsOf))).toEqual([4, 4, 4, 8, 8, 8]);
  });

  test('says in which order its columns stand only where it is another', async () => {
    const orderOf = async (index: 'missing' | 'in order' | 'shuffled') =>
      (await openLayer(makeGptq({ rows: 8, columns: 64, index }))).order;
    expect(await orderOf('missing')).toBeUndefined();
    expect(await orderOf('in order')).toBeUndefined();
    const order = (await orderOf('shuffled'))!;
    expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, column) => column));
  });

  test('with a zero point of 0 between others is restored from the borrow of its word', async () => {
    const layer = makeGptq({ rows: 8, columns: 32 });
    // Zero points 5 5 0 5 …: less 0x11111111 the word is 0x…3f44.
    const zeros = { ...layer.tensors['qzeros']!, bytes: Uint8Array.of(0x44, 0x3f, 0x44, 0x44) };
    const matrix = await openLayer({ ...layer, tensors: { ...layer.tensors, qzeros: zeros } });
    const entries = new Uint16Array((await matrix.readGroups(0, 8)).buffer);
    expect([...entries].filter((_, index) => index % 2 === 1)).toEqual([5, 5, 0, 5, 5, 5, 5, 5]);
  });
});
