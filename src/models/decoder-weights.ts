// Which tensors a decoder wants: names and shapes as Hugging Face checkpoints store them. A tree of specs; what they
// become (GPU buffers, float64 matrices) is decided by whoever binds the model.
import type { DecoderConfig } from './decoder-config.ts';
import type { WeightSpec } from './model.ts';

export interface LinearSpecs {
  readonly weight: WeightSpec;
  readonly bias: WeightSpec | null;
}

export interface LayerSpecs {
  readonly attentionNorm: WeightSpec;
  readonly query: LinearSpecs;
  readonly key: LinearSpecs;
  readonly value: LinearSpecs;
  /** Norms of each query and key head (Qwen3), or null. */
  readonly queryNorm: WeightSpec | null;
  readonly keyNorm: WeightSpec | null;
  readonly output: LinearSpecs;
  readonly feedForwardNorm: WeightSpec;
  readonly gate: LinearSpecs;
  readonly up: LinearSpecs;
  readonly down: LinearSpecs;
}

export interface DecoderSpecs {
  readonly embedding: WeightSpec;
  readonly layers: readonly LayerSpecs[];
  readonly norm: WeightSpec;
  /** The same object as embedding where the head is tied. */
  readonly head: WeightSpec;
}

export function decoderSpecs(config: DecoderConfig): DecoderSpecs {
  const { hiddenSize, vocabularySize } = config;
  const table = 'model.embed_tokens.weight';
  const headName = 'lm_head.weight';
  const shape = [vocabularySize, hiddenSize];
  // Checkpoints keep a tied matrix under either name.
  const embedding = config.tiedHead ? { name: table, shape, aliases: [headName] } : { name: table, shape };
  return {
    embedding,
    layers: Array.from({ length: config.layers }, (_, layer) => layerSpecs(config, `model.layers.${layer}.`)),
    norm: { name: 'model.norm.weight', shape: [hiddenSize] },
    head: config.tiedHead ? embedding : { name: headName, shape },
  };
}

function layerSpecs(config: DecoderConfig, prefix: string): LayerSpecs {
  const { hiddenSize, intermediateSize, headSize } = config;
  const queryWidth = config.heads * headSize;
  const keyValueWidth = config.keyValueHeads * headSize;

  const vector = (name: string, width: number): WeightSpec => ({ name: prefix + name, shape: [width] });
  const linear = (name: string, out: number, width: number, bias: boolean): LinearSpecs => ({
    weight: { name: `${prefix}${name}.weight`, shape: [out, width] },
    bias: bias ? vector(`${name}.bias`, out) : null,
  });
  const projection = (name: string, out: number) =>
    linear(`self_attn.${name}`, out, hiddenSize, config.queryKeyValueBias);
  const headNorm = (name: string) => (config.queryKeyNorm ? vector(`self_attn.${name}.weight`, headSize) : null);

  return {
    attentionNorm: vector('input_layernorm.weight', hiddenSize),
    query: projection('q_proj', queryWidth),
    key: projection('k_proj', keyValueWidth),
    value: projection('v_proj', keyValueWidth),
    queryNorm: headNorm('q_norm'),
    keyNorm: headNorm('k_norm'),
    output: linear('self_attn.o_proj', hiddenSize, queryWidth, config.outputBias),
    feedForwardNorm: vector('post_attention_layernorm.weight', hiddenSize),
    gate: linear('mlp.gate_proj', intermediateSize, hiddenSize, false),
    up: linear('mlp.up_proj', intermediateSize, hiddenSize, false),
    down: linear('mlp.down_proj', hiddenSize, intermediateSize, false),
  };
}
