// The sizes of the list against the architectures, whose numbers are those of their config.json.
import { expect, it } from 'vitest';
import { weightBytesOf } from '../memory/weight-bytes.ts';
import { listWeights } from '../models/list-weights.ts';
import { readModel } from '../models/index.ts';
import { readImageModel } from '../models/vit-read.ts';
import type { JsonObject, WeightSpec } from '../models/model.ts';
import { formatOfGrid } from '../quantise/quantise-data.ts';
import { gridFor, recipes } from '../quantise/recipes.ts';
import { knownFacts, knownModels } from './known-models.ts';

const decoder = (
  architecture: string,
  [hidden, layers, heads, keyValueHeads, intermediate, vocabulary]: readonly number[],
  more: JsonObject = {},
): JsonObject => ({
  architectures: [architecture],
  hidden_act: 'silu',
  rms_norm_eps: 1e-6,
  max_position_embeddings: 8192,
  tie_word_embeddings: true,
  hidden_size: hidden!,
  num_hidden_layers: layers!,
  num_attention_heads: heads!,
  num_key_value_heads: keyValueHeads!,
  intermediate_size: intermediate!,
  vocab_size: vocabulary!,
  ...more,
});

const smol135 = decoder('LlamaForCausalLM', [576, 30, 9, 3, 1536, 49152]);
const configs: Readonly<Record<string, JsonObject>> = {
  'HuggingFaceTB/SmolLM2-135M': smol135,
  'HuggingFaceTB/SmolLM2-135M-Instruct': smol135,
  'HuggingFaceTB/SmolLM2-360M-Instruct': decoder('LlamaForCausalLM', [960, 32, 15, 5, 2560, 49152]),
  'Qwen/Qwen2.5-0.5B-Instruct': decoder('Qwen2ForCausalLM', [896, 24, 14, 2, 4864, 151936]),
  'Qwen/Qwen3-0.6B': decoder('Qwen3ForCausalLM', [1024, 28, 16, 8, 3072, 151936], { head_dim: 128 }),
  'meta-llama/Llama-3.2-1B-Instruct': decoder('LlamaForCausalLM', [2048, 16, 32, 8, 8192, 128256]),
  'Qwen/Qwen2.5-1.5B-Instruct': decoder('Qwen2ForCausalLM', [1536, 28, 12, 2, 8960, 151936]),
};

const vit: JsonObject = {
  architectures: ['ViTForImageClassification'],
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  intermediate_size: 3072,
  hidden_act: 'gelu',
  image_size: 224,
  patch_size: 16,
  num_channels: 3,
  qkv_bias: true,
  layer_norm_eps: 1e-12,
  id2label: Object.fromEntries(Array.from({ length: 1000 }, (_, id) => [String(id), `class ${id}`])),
};

function weightsOf(id: string): { readonly weights: unknown; readonly format: 'BF16' | 'F32' } {
  const config = configs[id];
  if (config) return { weights: readModel(config).model.weights, format: 'BF16' };
  const tensors = ['cls_token', 'position_embeddings', 'patch_embeddings.projection.weight'].map((name) => `vit.embeddings.${name}`); // prettier-ignore
  return { weights: readImageModel({ config: vit, processor: null, tensors }).model.weights, format: 'F32' };
}

const int4 = (spec: WeightSpec, format: 'BF16' | 'F32') => {
  const grid = gridFor(spec.name, recipes.int4);
  return { format: grid ? formatOfGrid(grid) : format };
};

it.each(knownModels.map((model) => [model.id, model] as const))('%s has the sizes of its list entry', (id, model) => {
  const { weights, format } = weightsOf(id);
  const bytes = weightBytesOf(weights, () => ({ format }));
  const near = (told: number, computed: number): void => {
    expect(Math.abs(told / computed - 1)).toBeLessThan(0.015);
  };
  near(model.gpu.stored, bytes);
  near(
    model.gpu.int4,
    weightBytesOf(weights, (spec) => int4(spec, format)),
  );
  // The checkpoint of Qwen3-0.6B has its tied head twice.
  const head = id === 'Qwen/Qwen3-0.6B' ? 151936 * 1024 : 0;
  const numbers = listWeights(weights).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), head);
  near(model.download, numbers * (format === 'F32' ? 4 : 2));
});

it('tells of each what it takes, and under which licence', () => {
  expect(knownFacts(knownModels[0]!)).toBe('Download 269 MB · on the GPU 269 MB, int4 97.0 MB · Apache 2.0 · base');
  expect(knownFacts(knownModels.find(({ gated }) => gated)!)).toMatch(/ · Llama 3\.2 · chat · needs an access token$/);
});
