// What the user reads when tensors of a quantised layer are missing, or have another type or shape than they should.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../models/model.ts';
import { base, byteTensor, matchLayer, type Layer, change, as, named } from './layers.test-helper.ts';
import { makeEightBit, makeFourBit } from './make-bitsandbytes.test-helper.ts';
import { makeCompressed } from './make-compressed.test-helper.ts';
import { makeAwq, makeGptq } from './make-gptq.test-helper.ts';
import { makeMlx } from './make-mlx.test-helper.ts';

const size = { rows: 8, columns: 64 };
const mlx = makeMlx(size);
const gptq = makeGptq(size);
const awq = makeAwq(size);
const packed = makeCompressed({ ...size, zeros: 'packed' });
const bytes = makeCompressed({ ...size, bits: 8, layout: 'int-quantized', strategy: 'channel' });
const nf4 = makeFourBit(size);
const nested = makeFourBit({ ...size, nested: true });
const int8 = makeEightBit(size);

const mlxSettings = (settings: JsonObject): JsonObject => ({ quantization: settings });
const gptqSettings = (settings: JsonObject): JsonObject => ({
  quantization_config: { quant_method: 'gptq', bits: 4, group_size: 32, sym: false, ...settings },
});
const state = 'weight.quant_state.bitsandbytes__nf4';
const missing = (suffix: string, title: string): RegExp =>
  new RegExp(
    `^Tensor "${base}\\.${suffix}" is missing, which ${title} stores beside "${base}\\..*The checkpoint is incomplete`,
  );
const tensor = (suffix: string, found: string, expected: string): RegExp =>
  new RegExp(`^Tensor "${base}\\.${suffix}" in model\\.safetensors is ${found}, but ${expected}`);

const cases: readonly (readonly [what: string, layer: Layer, sentence: RegExp])[] = [
  // Companions.
  ['MLX without scales', change(mlx, { scales: undefined }), missing('scales', 'MLX')],
  ['MLX without biases', change(mlx, { biases: undefined }), missing('biases', 'MLX')],
  ['MLX without weight', change(mlx, { weight: undefined }), missing('weight', 'MLX')],
  ['GPTQ without scales', change(gptq, { scales: undefined }), missing('scales', 'GPTQ')],
  ['GPTQ without qzeros', change(gptq, { qzeros: undefined }), missing('qzeros', 'GPTQ')],
  ['GPTQ without qweight', change(gptq, { qweight: undefined }), missing('qweight', 'GPTQ')],
  ['AWQ without qzeros', change(awq, { qzeros: undefined }), missing('qzeros', 'AWQ')],
  [
    'compressed-tensors without scales',
    change(packed, { weight_scale: undefined }),
    missing('weight_scale', 'compressed-tensors'),
  ],
  [
    'compressed-tensors without shape',
    change(packed, { weight_shape: undefined }),
    missing('weight_shape', 'compressed-tensors'),
  ],
  [
    'asymmetric compressed-tensors without zero points',
    change(packed, { weight_zero_point: undefined }),
    missing('weight_zero_point', 'compressed-tensors'),
  ],
  ['bytes without scales', change(bytes, { weight_scale: undefined }), missing('weight_scale', 'compressed-tensors')],
  [
    'nf4 without state',
    change(nf4, { [state]: undefined }),
    missing('weight.quant_state.bitsandbytes__nf4', 'bitsandbytes'),
  ],
  ['nf4 without maxima', change(nf4, { 'weight.absmax': undefined }), missing('weight.absmax', 'bitsandbytes')],
  ['nf4 without map', change(nf4, { 'weight.quant_map': undefined }), missing('weight.quant_map', 'bitsandbytes')],
  [
    'nested nf4 without its maxima',
    change(nested, { 'weight.nested_absmax': undefined }),
    missing('weight.nested_absmax', 'bitsandbytes'),
  ],
  [
    'nested nf4 without its map',
    change(nested, { 'weight.nested_quant_map': undefined }),
    missing('weight.nested_quant_map', 'bitsandbytes'),
  ],
  ['int8 without maxima', change(int8, { SCB: undefined }), missing('SCB', 'bitsandbytes')],

  // Types.
  [
    'MLX with a dense weight',
    as(mlx, 'weight', { dtype: 'F16', shape: [8, 16] }),
    tensor('weight', 'F16 \\[8, 16\\]', 'a U32 matrix of packed codes is expected'),
  ],
  [
    'MLX whose scales are codes',
    as(mlx, 'scales', { dtype: 'U8', shape: [8, 4] }),
    tensor('weight', 'U32 \\[8, 8\\]', 'with 4 bits in groups of 32, .* holds 64 columns and .* scales 128'),
  ],
  [
    'MLX with scales and biases of two types',
    change(mlx, { biases: makeMlx({ ...size, type: 'F16' }).tensors['biases'] }),
    tensor('biases', 'F16 \\[8, 2\\]', 'BF16 is expected'),
  ],
  [
    'GPTQ with scales as integers',
    as(gptq, 'scales', { dtype: 'I16' }),
    tensor('scales', 'I16 \\[2, 8\\]', 'F16, BF16 or F32 \\[2, 8\\] is expected: GPTQ with 4 bits in groups of 32'),
  ],
  [
    'GPTQ with g_idx as floats',
    as(gptq, 'g_idx', { dtype: 'F32' }),
    tensor('g_idx', 'F32 \\[64\\]', 'I32 \\[64\\] is expected'),
  ],
  [
    'bytes stored as floats',
    as(bytes, 'weight', { dtype: 'F16', shape: [8, 32] }),
    tensor('weight', 'F16 \\[8, 32\\]', 'I8 \\[8, 64\\] is expected'),
  ],
  [
    'int8 stored as U8',
    as(int8, 'weight', { dtype: 'U8' }),
    tensor('weight', 'U8 \\[8, 64\\]', 'I8 \\[8, 64\\] is expected'),
  ],

  // Shapes.
  [
    'MLX with an override that was lost',
    change(mlx, {}, mlxSettings({ bits: 8, group_size: 64 })),
    tensor(
      'weight',
      'U32 \\[8, 8\\]',
      'with 8 bits in groups of 64, as config.json says of ".*up_proj", it holds 32 columns and .*scales 128; the two must agree',
    ),
  ],
  ['MLX with a row too few', { ...mlx, rows: 9 }, tensor('weight', 'U32 \\[8, 8\\]', 'U32 \\[9, 8\\] is expected')],
  [
    'MLX narrower than the model',
    { ...mlx, columns: 128 },
    tensor('weight', 'U32 \\[8, 8\\]', 'U32 \\[8, 16\\] is expected'),
  ],
  [
    'GPTQ packed as AWQ',
    change(gptq, { qweight: awq.tensors['qweight'] }),
    tensor('qweight', 'I32 \\[64, 1\\]', 'I32 or U32 \\[8, 8\\] is expected'),
  ],
  [
    'AWQ packed as GPTQ',
    change(awq, { qweight: gptq.tensors['qweight'] }),
    tensor('qweight', 'I32 \\[8, 8\\]', 'I32 or U32 \\[64, 1\\] is expected'),
  ],
  [
    'GPTQ with other bits than stated',
    change(gptq, {}, gptqSettings({ bits: 8 })),
    tensor('qweight', 'I32 \\[8, 8\\]', 'I32 or U32 \\[16, 8\\] is expected'),
  ],
  [
    'GPTQ with other groups than stated',
    change(gptq, {}, gptqSettings({ group_size: 16 })),
    tensor('scales', 'F16 \\[2, 8\\]', 'F16, BF16 or F32 \\[4, 8\\] is expected'),
  ],
  [
    'GPTQ of sizes that do not fill words',
    { ...makeGptq({ rows: 8, columns: 64 }), columns: 60 },
    tensor('qweight', 'I32 \\[8, 8\\]', 'sizes that fill words of 32 bits are expected'),
  ],
  [
    'AWQ of 12 outputs',
    { ...awq, rows: 12 },
    tensor('qweight', 'I32 \\[64, 1\\]', 'a multiple of 8 outputs is expected of AWQ, not 12'),
  ],
  [
    'AWQ with zero points of other groups',
    as(awq, 'qzeros', { shape: [1, 2] }),
    tensor('qzeros', 'I32 \\[1, 2\\]', 'I32 or U32 \\[2, 1\\] is expected'),
  ],
  [
    'AWQ whose groups do not fill the row',
    { ...change(awq, named(awq, 'qweight', { shape: [64, 1] })), columns: 48 },
    tensor('qweight', 'I32 \\[64, 1\\]', 'I32 or U32 \\[48, 1\\] is expected'),
  ],
  [
    'compressed-tensors with another shape than the model',
    change(packed, { weight_shape: byteTensor([8, 0, 0, 0, 32, 0, 0, 0], [2], 'I32') }),
    tensor('weight_shape', 'I32 \\[2\\]', 'holds \\[8, 32\\], where the model of config.json has \\[8, 64\\]'),
  ],
  [
    'compressed-tensors with zero points as wide as codes',
    as(packed, 'weight_zero_point', { shape: [2, 1] }),
    tensor('weight_zero_point', 'I32 \\[2, 1\\]', 'I32 or U32 \\[1, 2\\] is expected'),
  ],
  [
    'nf4 of another length',
    { ...nf4, tensors: { ...nf4.tensors, weight: byteTensor(new Array<number>(128).fill(0), [128, 1], 'U8') } },
    tensor('weight', 'U8 \\[128, 1\\]', '256 bytes are expected of a matrix \\[8, 64\\], not 128'),
  ],
  [
    'nf4 with too few maxima',
    change(nf4, { 'weight.absmax': makeFourBit({ rows: 4, columns: 64 }).tensors['weight.absmax'] }),
    tensor('weight.absmax', 'F32 \\[4\\]', 'F32 \\[8\\] is expected'),
  ],
  [
    'int8 with too few maxima',
    change(int8, { SCB: makeEightBit({ rows: 4, columns: 64 }).tensors['SCB'] }),
    tensor('SCB', 'F32 \\[4\\]', 'F32 \\[8\\] is expected'),
  ],
];

describe('a broken quantised layer', () => {
  test.each(cases)('is refused: %s', async (_what, layer, sentence) => {
    await expect(matchLayer(layer)).rejects.toThrow(sentence);
  });
});
