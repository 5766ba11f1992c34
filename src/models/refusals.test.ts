// What the user reads when a config.json is broken or describes a model that we do not compute.
import { describe, expect, test } from 'vitest';
import { readModel } from './index.ts';
import type { JsonObject } from './model.ts';

/** A small but complete configuration. */
const llama: JsonObject = {
  architectures: ['LlamaForCausalLM'],
  vocab_size: 320,
  hidden_size: 64,
  intermediate_size: 160,
  num_hidden_layers: 3,
  num_attention_heads: 4,
};

/** Name and message of the error, as the user meets them. */
function complaint(change: JsonObject): string {
  try {
    readModel({ ...llama, ...change });
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
  }
  return 'no error';
}

describe('a configuration that cannot be computed', () => {
  test.each<[JsonObject, string]>([
    [
      { architectures: ['MixtralForCausalLM'] },
      'architectures[0] is "MixtralForCausalLM". Supported: LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM.',
    ],
    [{ hidden_act: 'gelu' }, 'hidden_act is "gelu". Supported: "silu", "swish".'],
    [
      { rope_scaling: { type: 'yarn', factor: 4 } },
      'rope_scaling.type is "yarn". Supported: "default", "linear", "llama3".',
    ],
    [
      { rope_parameters: { rope_type: 'longrope' } },
      'rope_parameters.rope_type is "longrope". Supported: "default", "linear", "llama3".',
    ],
    [{ partial_rotary_factor: 0.5 }, 'partial_rotary_factor is 0.5. Supported: 1 (every column of a head is rotated).'],
    [{ residual_multiplier: 0.22 }, 'residual_multiplier is 0.22. Supported: a plain residual sum.'],
    [{ final_logit_softcapping: 30 }, 'final_logit_softcapping is 30. Supported: logits as they are.'],
    [{ num_local_experts: 8 }, 'num_local_experts is 8. Supported: dense models.'],
    [
      { compression_config: { format: 'pack-quantized' } },
      'compression_config is {"format":"pack-quantized"}. Supported: quantised checkpoints that say how in quantization_config or quantization.',
    ],
    [
      { layer_types: ['full_attention', 'sliding_attention', 'full_attention'] },
      'layer_types is ["full_attention","sliding_attention","full_attention"]. Supported: "full_attention" in every layer of this architecture.',
    ],
  ])('name %j and what is supported', (change, sentence) => {
    expect(complaint(change)).toBe(`UnsupportedError: config.json: ${sentence}`);
  });

  test.each<[JsonObject, string]>([
    [{ hidden_size: null }, 'hidden_size is null; expected a positive integer.'],
    [{ vocab_size: '320' }, 'vocab_size is "320"; expected a positive integer.'],
    [{ num_hidden_layers: 2.5 }, 'num_hidden_layers is 2.5; expected a positive integer.'],
    [{ num_attention_heads: 0 }, 'num_attention_heads is 0; expected a positive integer.'],
    [{ intermediate_size: -1 }, 'intermediate_size is -1; expected a positive integer.'],
    [{ max_position_embeddings: [] }, 'max_position_embeddings is []; expected a positive integer.'],
    [{ rms_norm_eps: '1e-5' }, 'rms_norm_eps is "1e-5"; expected a positive number.'],
    [{ rope_theta: -1 }, 'rope_theta is -1; expected a positive number.'],
    [{ tie_word_embeddings: 'no' }, 'tie_word_embeddings is "no"; expected true or false.'],
    [{ num_key_value_heads: 3 }, 'num_key_value_heads is 3; expected a divisor of num_attention_heads, 4.'],
    [
      { num_attention_heads: 5 },
      'hidden_size is 64; expected a multiple of num_attention_heads, 5, as head_dim is not given.',
    ],
    [{ head_dim: 7 }, 'head_dim is 7; expected heads whose width is a multiple of 4, at most 256.'],
    [{ eos_token_id: ['</s>'] }, 'eos_token_id is ["</s>"]; expected a token id or a list of token ids.'],
    [{ rope_scaling: 'linear' }, 'rope_scaling is "linear"; expected an object.'],
    [{ rope_scaling: { type: 'linear' } }, 'rope_scaling.factor is missing; expected a positive number.'],
    [
      { layer_types: ['full_attention'] },
      'layer_types is ["full_attention"]; expected a list of 3 layer types, one per layer.',
    ],
    [
      { architectures: null },
      'architectures and model_type are missing; expected one of LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM.',
    ],
  ])('of a broken file name %j and what was expected', (change, sentence) => {
    expect(complaint(change)).toBe(`FormatError: config.json: ${sentence}`);
  });

  test('name a required field that is missing', () => {
    const { hidden_size: _, ...rest } = llama;
    expect(() => readModel(rest)).toThrow('config.json: hidden_size is missing; expected a positive integer.');
  });
});
