// Checkpoints with the shapes, the files and the configuration of real models: all that a loader meets but the numbers.
import type { JsonObject } from '../../models/model.ts';
import { decoderTensors, mlxTensors, vitTensors } from './model-tensors.ts';
import type { PlannedTensor } from './planned-tensor.ts';

export interface RealCheckpoint {
  readonly name: string;
  /** The repository whose files it is shaped after. */
  readonly after: string;
  /** Files besides the weights, by name. */
  readonly files: Readonly<Record<string, JsonObject>>;
  readonly tensors: readonly PlannedTensor[];
  /** An index is written for a single file too, as MLX does. */
  readonly indexed?: boolean;
}

const smollm2: JsonObject = {
  architectures: ['LlamaForCausalLM'],
  attention_bias: false,
  attention_dropout: 0,
  bos_token_id: 0,
  eos_token_id: 0,
  hidden_act: 'silu',
  hidden_size: 576,
  initializer_range: 0.041666666666666664,
  intermediate_size: 1536,
  is_llama_config: true,
  max_position_embeddings: 8192,
  model_type: 'llama',
  num_attention_heads: 9,
  num_hidden_layers: 30,
  num_key_value_heads: 3,
  pretraining_tp: 1,
  rms_norm_eps: 1e-5,
  rope_interleaved: false,
  rope_scaling: null,
  rope_theta: 100000,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  use_cache: true,
  vocab_size: 49152,
};

const qwen: JsonObject = {
  architectures: ['Qwen2ForCausalLM'],
  attention_dropout: 0,
  bos_token_id: 151643,
  eos_token_id: 151643,
  hidden_act: 'silu',
  hidden_size: 896,
  initializer_range: 0.02,
  intermediate_size: 4864,
  max_position_embeddings: 32768,
  max_window_layers: 24,
  model_type: 'qwen2',
  num_attention_heads: 14,
  num_hidden_layers: 24,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-6,
  rope_theta: 1000000,
  sliding_window: 32768,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  use_cache: true,
  use_mrope: false,
  use_sliding_window: false,
  vocab_size: 151936,
};

const llama: JsonObject = {
  architectures: ['LlamaForCausalLM'],
  attention_bias: false,
  attention_dropout: 0,
  bos_token_id: 128000,
  eos_token_id: 128001,
  head_dim: 64,
  hidden_act: 'silu',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 8192,
  max_position_embeddings: 131072,
  mlp_bias: false,
  model_type: 'llama',
  num_attention_heads: 32,
  num_hidden_layers: 16,
  num_key_value_heads: 8,
  pretraining_tp: 1,
  rms_norm_eps: 1e-5,
  rope_scaling: {
    factor: 32,
    high_freq_factor: 4,
    low_freq_factor: 1,
    original_max_position_embeddings: 8192,
    rope_type: 'llama3',
  },
  rope_theta: 500000,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  use_cache: true,
  vocab_size: 128256,
};

/** Beyond the size of one file, so that its weights come in two. */
const llama3b: JsonObject = {
  ...llama,
  head_dim: 128,
  hidden_size: 3072,
  num_attention_heads: 24,
  num_hidden_layers: 28,
};

const classes = 1000;
const labels = Array.from({ length: classes }, (_, id) => `class ${id}`);
const vit: JsonObject = {
  architectures: ['ViTForImageClassification'],
  attention_probs_dropout_prob: 0,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0,
  hidden_size: 768,
  id2label: Object.fromEntries(labels.map((label, id) => [String(id), label])),
  image_size: 224,
  initializer_range: 0.02,
  intermediate_size: 3072,
  label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  layer_norm_eps: 1e-12,
  model_type: 'vit',
  num_attention_heads: 12,
  num_channels: 3,
  num_hidden_layers: 12,
  patch_size: 16,
  qkv_bias: true,
};
const vitProcessor: JsonObject = {
  do_normalize: true,
  do_rescale: true,
  do_resize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_processor_type: 'ViTImageProcessor',
  image_std: [0.5, 0.5, 0.5],
  resample: 2,
  rescale_factor: 0.00392156862745098,
  size: { height: 224, width: 224 },
};

const mlx = { bits: 4, group_size: 64 };

const decoder = (name: string, after: string, config: JsonObject): RealCheckpoint => ({
  name,
  after,
  files: { 'config.json': config },
  tensors: decoderTensors(config),
});

export const realCheckpoints: readonly RealCheckpoint[] = [
  decoder('smollm2-135m', 'HuggingFaceTB/SmolLM2-135M', smollm2),
  decoder('qwen2.5-0.5b', 'Qwen/Qwen2.5-0.5B', qwen),
  decoder('llama-3.2-1b', 'meta-llama/Llama-3.2-1B', llama),
  {
    name: 'llama-3.2-1b-mlx-4bit',
    after: 'mlx-community/Llama-3.2-1B-Instruct-4bit',
    files: { 'config.json': { ...llama, quantization: mlx, quantization_config: mlx } },
    tensors: mlxTensors(decoderTensors(llama), mlx.bits, mlx.group_size),
    indexed: true,
  },
  {
    name: 'vit-b-16',
    after: 'google/vit-base-patch16-224',
    files: { 'config.json': vit, 'preprocessor_config.json': vitProcessor },
    tensors: vitTensors(vit, classes),
  },
  decoder('llama-3.2-3b', 'meta-llama/Llama-3.2-3B', llama3b),
];
