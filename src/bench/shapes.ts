// Real shapes of language models with random weights: what a benchmark needs of a model without its download.
import type { Gpu } from '../engine/gpu.ts';
import { LoadedModel } from '../explain/loaded-model.ts';
import { readModel } from '../models/index.ts';
import type { JsonObject } from '../models/model.ts';
import type { Recipe } from '../quantise/recipes.ts';
import { randomWeights } from './random-weights.ts';

const llama = (numbers: Record<string, number | boolean>): JsonObject => ({
  architectures: ['LlamaForCausalLM'],
  hidden_act: 'silu',
  rms_norm_eps: 1e-5,
  max_position_embeddings: 2048,
  tie_word_embeddings: true,
  ...numbers,
});

export const shapes: Readonly<Record<string, JsonObject>> = {
  'tiny-2m': llama({
    hidden_size: 160,
    num_hidden_layers: 6,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    intermediate_size: 432,
    vocab_size: 2048,
  }),
  'smollm2-135m': llama({
    hidden_size: 576,
    num_hidden_layers: 30,
    num_attention_heads: 9,
    num_key_value_heads: 3,
    intermediate_size: 1536,
    vocab_size: 49152,
    rope_theta: 100000,
  }),
  'llama-3.2-1b': llama({
    hidden_size: 2048,
    num_hidden_layers: 16,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    intermediate_size: 8192,
    vocab_size: 128256,
    rope_theta: 500000,
  }),
};

export async function randomModel(gpu: Gpu, config: JsonObject, recipe: Recipe | null = null): Promise<LoadedModel> {
  const { model } = readModel(config);
  return new LoadedModel(gpu, model, await randomWeights(gpu, model.weights, recipe));
}
