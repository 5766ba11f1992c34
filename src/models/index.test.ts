import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModel } from './index.ts';
import { listWeights } from './list-weights.ts';
import type { JsonObject } from './model.ts';

const fixtures = join(import.meta.dirname, '../../e2e/fixtures');
const fixture = (name: string) => JSON.parse(readFileSync(join(fixtures, name, 'config.json'), 'utf8')) as JsonObject;

/** A small but complete configuration. */
const llama: JsonObject = {
  architectures: ['LlamaForCausalLM'],
  vocab_size: 320,
  hidden_size: 64,
  intermediate_size: 160,
  num_hidden_layers: 3,
  num_attention_heads: 4,
};

describe('the configurations of the fixtures', () => {
  test.each([
    ['llama', 'LlamaForCausalLM', 3 + 3 * 9],
    ['mistral', 'MistralForCausalLM', 3 + 3 * 9],
    ['qwen2', 'Qwen2ForCausalLM', 2 + 3 * 12],
    ['qwen3', 'Qwen3ForCausalLM', 3 + 3 * 11],
  ])('%s is read as %s with %i weights and no warning', (name, architecture, weights) => {
    const { model, warnings } = readModel(fixture(name));
    expect(warnings).toEqual([]);
    expect(model).toMatchObject({
      architecture,
      vocabularySize: 320,
      hiddenSize: 64,
      layers: 3,
      contextLength: 512,
      keyValueWidth: 32,
      endOfText: [2],
    });
    expect(listWeights(model.weights)).toHaveLength(weights);
  });
});

describe('weights', () => {
  test('carry the names and shapes of Hugging Face checkpoints', () => {
    const { model } = readModel({ ...llama, num_key_value_heads: 2, head_dim: 8, attention_bias: true });
    const { embedding, layers, norm, head } = model.weights;
    const { queryKeyValue, output, gateAndUp, down } = layers[2]!;
    const [query] = queryKeyValue.weight.stack;
    const [, key] = queryKeyValue.bias!.stack;
    expect(embedding).toEqual({ name: 'model.embed_tokens.weight', shape: [320, 64] });
    expect(query).toEqual({ name: 'model.layers.2.self_attn.q_proj.weight', shape: [32, 64] });
    expect(key).toEqual({ name: 'model.layers.2.self_attn.k_proj.bias', shape: [16] });
    expect(output.weight.shape).toEqual([64, 32]);
    expect(output.bias).toEqual({ name: 'model.layers.2.self_attn.o_proj.bias', shape: [64] });
    expect(gateAndUp.stack).toEqual([
      { name: 'model.layers.2.mlp.gate_proj.weight', shape: [160, 64] },
      { name: 'model.layers.2.mlp.up_proj.weight', shape: [160, 64] },
    ]);
    expect(down.weight.shape).toEqual([64, 160]);
    expect(norm).toEqual({ name: 'model.norm.weight', shape: [64] });
    expect(head).toEqual({ name: 'lm_head.weight', shape: [320, 64] });
  });

  test('share one spec where the head is tied, found under either name', () => {
    const { weights, head } = readModel({ ...llama, tie_word_embeddings: true }).model;
    expect(weights.head).toBe(weights.embedding);
    expect(head).toBe(weights.embedding);
    expect(head.aliases).toEqual(['lm_head.weight']);
  });

  test('of Qwen2 have biases on queries, keys and values only', () => {
    const { queryKeyValue, output, down } = readModel(fixture('qwen2')).model.weights.layers[0]!;
    const names = queryKeyValue.bias!.stack.map(({ name }) => name);
    expect(names).toEqual(['q', 'k', 'v'].map((which) => `model.layers.0.self_attn.${which}_proj.bias`));
    expect([output.bias, down.bias]).toEqual([null, null]);
  });

  test('of Qwen3 have norms as wide as a head, whose size is independent of the hidden size', () => {
    const { headNorms, queryKeyValue } = readModel({
      ...fixture('qwen3'),
      head_dim: 32,
    }).model.weights.layers[1]!;
    const norm = (which: string) => ({ name: `model.layers.1.self_attn.${which}_norm.weight`, shape: [32] });
    // One for each head: 4 of queries, 2 of keys.
    expect(headNorms!.stack).toEqual([...new Array<unknown>(4).fill(norm('q')), norm('k'), norm('k')]);
    expect(queryKeyValue.weight.stack[0]!.shape).toEqual([128, 64]);
  });
});

describe('defaults', () => {
  test('fill what a configuration leaves out', () => {
    const { model, warnings } = readModel(llama);
    expect(model).toMatchObject({ contextLength: 2048, keyValueWidth: 64, endOfText: [] });
    expect(warnings).toEqual([]);
  });

  test('let null stand for "not set"', () => {
    const config = { ...llama, num_key_value_heads: null, head_dim: null, eos_token_id: null, rope_scaling: null };
    expect(readModel(config).model.keyValueWidth).toBe(64);
  });

  test('read model_type where architectures are missing', () => {
    const { architectures: _, ...rest } = llama;
    expect(readModel({ ...rest, model_type: 'qwen2', num_key_value_heads: 4 }).model.architecture).toBe(
      'Qwen2ForCausalLM',
    );
  });

  test('take several end-of-text tokens', () => {
    expect(readModel({ ...llama, eos_token_id: [7, 9] }).model.endOfText).toEqual([7, 9]);
  });
});

describe('warnings', () => {
  test('name the fields nobody knows', () => {
    const { warnings } = readModel({ ...llama, flux: 3, mystery: null, rope_scaling: { type: 'default', wobble: 2 } });
    expect(warnings).toEqual([
      'config.json has fields this app does not know: flux, rope_scaling.wobble; they were ignored.',
    ]);
  });

  test('leave out fields that cannot change the result', () => {
    const harmless = {
      attention_dropout: 0.5,
      initializer_range: 0.02,
      pretraining_tp: 4,
      use_cache: false,
      torch_dtype: 'float16',
      dtype: 'bfloat16',
      transformers_version: '5.1.0',
      auto_map: { AutoModel: 'x' },
      hidden_act: 'swish',
      partial_rotary_factor: 1.0,
      residual_multiplier: 1,
      num_local_experts: 0,
      final_logit_softcapping: null,
    };
    expect(readModel({ ...llama, ...harmless }).warnings).toEqual([]);
  });

  test('tell when model_type belongs to another family', () => {
    expect(readModel({ ...llama, model_type: 'granite' }).warnings).toEqual([
      'config.json: model_type "granite" was ignored; read as LlamaForCausalLM.',
    ]);
  });
});
