// Quantised checkpoints that are refused by name, and configurations that contradict themselves or each other.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../models/model.ts';
import { base, matchLayer, type Layer } from './layers.test-helper.ts';
import { makeCompressed } from './make-compressed.test-helper.ts';
import { makeAwq, makeGptq } from './make-gptq.test-helper.ts';
import { makeMlx } from './make-mlx.test-helper.ts';

const size = { rows: 8, columns: 64 };
const mlx = makeMlx(size);
const gptq = makeGptq(size);
const awq = makeAwq(size);
const packed = makeCompressed(size);
const stated = (layer: Layer): JsonObject => layer.config['quantization_config'] as JsonObject;
const says = (layer: Layer, settings: JsonObject): Layer => ({
  ...layer,
  config: { quantization_config: { ...stated(layer), ...settings } },
});

describe('what is not read', () => {
  const refused: readonly (readonly [layer: Layer, sentence: string])[] = [
    ...['aqlm', 'eetq', 'hqq', 'quanto', 'torchao', 'fp8', 'mxfp4', 'exl3', 'vptq'].map((method): [Layer, string] => [
      says(gptq, { quant_method: method }),
      `quantization_config.quant_method is "${method}". Supported: gptq, awq, compressed-tensors, bitsandbytes, metal; and MLX`,
    ]),
    [says(gptq, { checkpoint_format: 'marlin' }), 'checkpoint_format is "marlin". Supported: "gptq", "gptq_v2".'],
    [says(gptq, { checkpoint_format: 'bitblas' }), 'checkpoint_format is "bitblas". Supported'],
    [says(gptq, { format: 'gptq_p' }), 'format is "gptq_p". Supported: "gptq", "gptq_v2".'],
    [says(gptq, { is_marlin_format: true }), 'is_marlin_format is true. Supported: false.'],
    [says(gptq, { pack_dtype: 'int16' }), 'pack_dtype is "int16". Supported: "int32".'],
    [says(gptq, { bits: 5 }), 'bits is 5. Supported: 2, 3, 4, 8.'],
    [says(gptq, { dynamic: { '.*': { bits: 6 } } }), 'dynamic..*.bits is 6. Supported: 2, 3, 4, 8.'],
    [says(awq, { version: 'gemv_fast' }), 'version is "gemv_fast". Supported: "gemm".'],
    [says(awq, { version: 'GEMV' }), 'version is "GEMV". Supported: "gemm".'],
    [says(awq, { version: 'llm-awq' }), 'version is "llm-awq". Supported: "gemm".'],
    [says(awq, { backend: 'llm-awq' }), 'backend is "llm-awq". Supported: "autoawq".'],
    [says(awq, { bits: 8 }), 'bits is 8. Supported: 4.'],
    ...['marlin-24', 'sparse-bitmask', 'nvfp4-pack-quantized', 'mxfp4-pack-quantized', 'float-quantized'].map(
      (format): [Layer, string] => [says(packed, { format }), `format is "${format}". Supported: "pack-quantized"`],
    ),
    [
      says(packed, { sparsity_config: { format: 'sparse-24-bitmask' } }),
      'sparsity_config.format is "sparse-24-bitmask"',
    ],
    [says(packed, { transform_config: { config_groups: { R1: {} } } }), 'transform_config is {'],
    [says(packed, { config_groups: { FP8: ['Linear'] } }), 'config_groups.FP8 is ["Linear"]. Supported: W8A16, W4A16'],
    [withWeights({ type: 'float' }), 'weights.type is "float". Supported: "int".'],
    [withWeights({ num_bits: 3 }), 'weights.num_bits is 3. Supported: 4, 8.'],
    [withWeights({ strategy: 'block' }), 'weights.strategy is "block". Supported: "group", "channel", "tensor".'],
    [{ ...mlx, config: { quantization: { mode: 'mxfp4' } } }, 'quantization.mode is "mxfp4". Supported: "affine".'],
    [{ ...mlx, config: { quantization: { bits: 7 } } }, 'quantization.bits is 7. Supported: 2, 3, 4, 5, 6, 8.'],
    [
      { ...mlx, config: { quantization: { group_size: 16 } } },
      'quantization.group_size is 16. Supported: 32, 64, 128.',
    ],
    [
      { ...mlx, config: { quantization: { bits: 4, [base]: { mode: 'nvfp4' } } } },
      `quantization.${base}.mode is "nvfp4". Supported: "affine".`,
    ],
  ];
  test.each(refused)('is refused by name: %#', async (layer, sentence) => {
    const error = await matchLayer(layer).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'UnsupportedError', message: expect.stringContaining(sentence) });
  });

  const broken: readonly (readonly [layer: Layer, sentence: string])[] = [
    [says(gptq, { quant_method: null }), 'quantization_config.quant_method is null; expected one of gptq, awq'],
    [says(gptq, { group_size: 0 }), 'group_size is 0; expected a positive integer, or -1 for whole rows.'],
    [
      says(gptq, { format: 'gptq', checkpoint_format: 'gptq_v2' }),
      'format is "gptq"; expected "gptq_v2", as checkpoint_format says.',
    ],
    [says(gptq, { dynamic: { '(': {} } }), 'config.json: dynamic: "(" is no regular expression that can be read'],
    [
      withWeights({ group_size: null, strategy: 'group' }),
      'group_size is null; expected a positive integer, as the strategy is "group".',
    ],
  ];
  test.each(broken)('and a broken configuration too: %#', async (layer, sentence) => {
    const error = await matchLayer(layer).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'FormatError', message: expect.stringContaining(sentence) });
  });

  test('two files that contradict each other are both named', async () => {
    const settings = { bits: 4, group_size: 32, sym: false };
    expect((await matchLayer(gptq, { 'quantize_config.json': settings })).quantised.size).toBe(1);
    await expect(matchLayer(gptq, { 'quantize_config.json': { ...settings, group_size: 128 } })).rejects.toThrow(
      'config.json says group_size 32 of the quantised weights, but quantize_config.json says group_size 128. ' +
        'Keep the file that belongs to these weights and remove the other.',
    );
    await expect(matchLayer(awq, { 'quant_config.json': { w_bit: 8 } })).rejects.toThrow(
      'config.json says bits 4 of the quantised weights, but quant_config.json says w_bit 8.',
    );
  });
});

function withWeights(settings: JsonObject): Layer {
  const weights = { num_bits: 4, type: 'int', strategy: 'group', group_size: 32, ...settings };
  return says(packed, { config_groups: { group_0: { targets: ['Linear'], weights } } });
}
