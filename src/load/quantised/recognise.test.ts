// How a checkpoint is told to be quantised.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../models/model.ts';
import { counting } from '../safetensors.test-helper.ts';
import { dequantise } from './dequantise.test-helper.ts';
import { base, byteTensor, matchLayer, type Layer } from './layers.test-helper.ts';
import { makeEightBit, makeFourBit } from './make-bitsandbytes.test-helper.ts';
import { makeCompressed } from './make-compressed.test-helper.ts';
import { makeAwq, makeGptq } from './make-gptq.test-helper.ts';
import { makeMlx } from './make-mlx.test-helper.ts';

const size = { rows: 8, columns: 64 };
const mlx = makeMlx(size);
const gptq = makeGptq(size);
const awq = makeAwq(size);
const packed = makeCompressed(size);
const nf4 = makeFourBit(size);

const stated = (layer: Layer): JsonObject => layer.config['quantization_config'] as JsonObject;
const says = (layer: Layer, settings: JsonObject): Layer => ({
  ...layer,
  config: { quantization_config: { ...stated(layer), ...settings } },
});
const silent = (layer: Layer): Layer => ({ ...layer, config: {} });

async function isRead(layer: Layer, files: { readonly [name: string]: JsonObject } = {}): Promise<void> {
  const { quantised, warnings } = await matchLayer(layer, files);
  expect(warnings).toEqual([]);
  const weights = await dequantise([...quantised.values()][0]!);
  expect([...weights].every((weight, i) => Math.abs(weight - layer.weights[i]!) < 1e-6)).toBe(true);
}

describe('a quantised checkpoint', () => {
  test('is known by the word of its configuration, in any case, or under its other name', async () => {
    await isRead(says(gptq, { quant_method: 'GPTQ' }));
    await isRead(says(gptq, { quant_method: null, method: 'gptq' }));
    await isRead(says(nf4, { quant_method: null }));
    await isRead(says(makeEightBit(size), { quant_method: null }));
  });

  test('of MLX is known by "quantization", whatever else is written', async () => {
    await isRead(mlx);
    await isRead({ ...mlx, config: { ...mlx.config, quantization_config: mlx.config['quantization']! } });
    await isRead({ ...makeMlx({ ...size, group: 64 }), config: { quantization: {} } });
  });

  test.each(['quantize_config.json', 'quant_config.json'])('is known by %s alone', async (file) => {
    const { quant_method: _, ...gptqSettings } = stated(gptq);
    await isRead(silent(gptq), { [file]: gptqSettings });
    await isRead(silent(awq), { [file]: { w_bit: 4, q_group_size: 32, zero_point: true, version: 'GEMM' } });
    await isRead(silent(awq), { [file]: { bits: 4, group_size: 32, quant_method: 'awq' } });
  });

  test('is known by names and shapes where nothing is written', async () => {
    await isRead(silent(gptq));
    await isRead(silent(makeGptq({ ...size, index: 'missing', bits: 8 })));
    await isRead(silent(awq));
    await isRead(silent(makeAwq({ ...size, group: -1 })));
    await isRead(silent(packed));
    await isRead(silent(makeCompressed({ ...size, strategy: 'channel' })));
    await isRead(silent(makeCompressed({ ...size, strategy: 'tensor' })));
  });

  test('of compressed-tensors takes the group that targets a module', async () => {
    const weights = (bits: number): JsonObject => ({ num_bits: bits, strategy: 'group', group_size: 32 });
    const group = (targets: string[], bits: number): JsonObject => ({ targets, weights: weights(bits) });
    const groups = (config_groups: JsonObject): Layer => says(packed, { config_groups });
    await isRead(groups({ a: group(['Linear'], 8), b: group([base], 4) }));
    await isRead(groups({ a: group([base], 4), b: group(['re:.*'], 8) }));
    await isRead(groups({ a: group(['re:.*up_proj'], 4), b: group(['Linear'], 8) }));
    await isRead(groups({ a: group(['re:.*down_proj'], 8), b: group(['Linear'], 4) }));
    await isRead(groups({ a: group(['LlamaAttention'], 4) }));
    await isRead(groups({ W4A16: ['Linear'] }));
    await isRead(
      says(groups({ a: { ...group(['Linear'], 4), format: 'pack-quantized' } }), { format: 'mixed-precision' }),
    );
    await expect(matchLayer(groups({ a: group(['x'], 4), b: group(['re:y'], 4) }))).rejects.toThrow(
      `config.json: none of the groups in config_groups targets "${base}", which is stored quantised.`,
    );
  });

  test('meant for rounded activations says that here they are exact', async () => {
    const group = stated(packed)['config_groups'] as JsonObject;
    const rounding = {
      group_0: { ...(group['group_0'] as JsonObject), input_activations: { num_bits: 8, dynamic: true } },
    };
    expect((await matchLayer(says(packed, { config_groups: rounding }))).warnings).toEqual([
      'This checkpoint is meant to run with activations rounded to a few bits. Here they are computed exactly, so logits ' +
        'differ a little from those of other programs.',
    ]);
    expect((await matchLayer(says(packed, { kv_cache_scheme: { num_bits: 8 } }))).warnings).toEqual([
      'This checkpoint is meant to run with rounded keys and values. Here they are computed exactly.',
    ]);
  });

  test('keeps silent about tensors that its writers add', async () => {
    const added = { input_scale: counting(1), input_zero_point: byteTensor([0], [1], 'I8'), k_scale: counting(1) };
    await isRead({ ...packed, tensors: { ...packed.tensors, ...added } });
  });
});

describe('a dense layer', () => {
  const weight = counting(8, 64);
  const dense = { ...size, weights: new Float64Array(), tensors: { weight } };
  test('stays dense in a quantised checkpoint, and a checkpoint without a quantised layer says so', async () => {
    const { tensors, quantised, warnings } = await matchLayer({ ...dense, config: gptq.config });
    expect([tensors.size, quantised.size]).toEqual([1, 0]);
    expect(warnings).toEqual([
      'The checkpoint is quantised by config.json (GPTQ), but stores no layer that way; all were read as they are.',
    ]);
  });

  test('is no quantised one whose configuration was lost', async () => {
    const lost = (layer: Layer) => expect(matchLayer(silent(layer))).rejects;
    await lost(mlx).toThrow(
      /^Tensor ".*up_proj\.weight" in model\.safetensors is stored as U32, as in quantised models, but config\.json names no/,
    );
    await lost(nf4).toThrow(/is stored as U8, as in quantised models/);
    await lost(makeEightBit(size)).toThrow(/is stored as I8, as in quantised models/);
  });

  test('is no layer of another scheme than the configuration says', async () => {
    await expect(matchLayer({ ...gptq, config: mlx.config })).rejects.toThrow(
      /"model\.layers\.0\.mlp\.up_proj\.weight" is missing.*stores beside/,
    );
    await expect(matchLayer({ ...packed, config: gptq.config })).rejects.toThrow(
      /up_proj\.weight" \[8, 64\] is missing \(there is ".*weight_packed", but the checkpoint is GPTQ by config\.json\)/,
    );
    await expect(matchLayer({ ...mlx, config: gptq.config })).rejects.toThrow(
      /is stored as U32, which is not how GPTQ stores a layer \(the checkpoint is that by config\.json\)/,
    );
  });
});
