// Real shapes of language models with random weights: what a benchmark needs of a model without its download.
import type { Gpu } from '../engine/gpu.ts';
import type { CacheFormat } from '../engine/key-value-cache.ts';
import { LoadedModel, usualCacheBytes } from '../explain/loaded-model.ts';
import { tuneLanguageModel } from '../explain/tune-models.ts';
import { readModel } from '../models/index.ts';
import type { JsonObject, LanguageModel } from '../models/model.ts';
import type { Recipe } from '../quantise/recipes.ts';
import { randomWeights } from './random-weights.ts';

const shape = (architecture: string, numbers: Record<string, number | boolean>): JsonObject => ({
  architectures: [architecture],
  hidden_act: 'silu',
  rms_norm_eps: 1e-5,
  max_position_embeddings: 2048,
  tie_word_embeddings: true,
  ...numbers,
});
const llama = (numbers: Record<string, number | boolean>): JsonObject => shape('LlamaForCausalLM', numbers);

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
  'qwen2.5-0.5b': shape('Qwen2ForCausalLM', {
    hidden_size: 896,
    num_hidden_layers: 24,
    num_attention_heads: 14,
    num_key_value_heads: 2,
    intermediate_size: 4864,
    vocab_size: 151936,
    rms_norm_eps: 1e-6,
    rope_theta: 1000000,
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
  'llama-3.2-3b': llama({
    hidden_size: 3072,
    num_hidden_layers: 28,
    num_attention_heads: 24,
    num_key_value_heads: 8,
    intermediate_size: 8192,
    vocab_size: 128256,
    rope_theta: 500000,
  }),
  'llama-3.1-8b': llama({
    hidden_size: 4096,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    intermediate_size: 14336,
    vocab_size: 128256,
    rope_theta: 500000,
    tie_word_embeddings: false,
  }),
  'mistral-7b': shape('MistralForCausalLM', {
    hidden_size: 4096,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    intermediate_size: 14336,
    vocab_size: 32768,
    rope_theta: 1000000,
    tie_word_embeddings: false,
  }),
};

/** The model of a shape; `layers` in place of the shape's own number of them, null keeps that. */
export function modelOf(config: JsonObject, layers: number | null = null): LanguageModel {
  return readModel(layers === null ? config : { ...config, num_hidden_layers: layers }).model;
}

export async function loadRandom(
  gpu: Gpu,
  model: LanguageModel,
  recipe: Recipe | null,
  cacheFormat: CacheFormat = 'f32',
): Promise<LoadedModel> {
  const weights = await randomWeights(gpu, model.weights, recipe);
  // Running out of memory is told now, not in the middle of a measurement.
  await gpu.settle();
  const loaded = new LoadedModel(gpu, model, weights, usualCacheBytes, cacheFormat);
  await tuneLanguageModel(loaded);
  return loaded;
}
