// Which tensors a decoder wants: names and shapes as Hugging Face checkpoints store them. A tree of specs; what they
// become (GPU buffers, float64 matrices) is decided by whoever binds the model.
import type { DecoderConfig } from './decoder-config.ts';
import type { BoundSpec, StackSpec, WeightSpec } from './model.ts';

export interface LinearSpecs<Spec extends BoundSpec = WeightSpec> {
  readonly weight: Spec;
  readonly bias: Spec | null;
}

export interface LayerSpecs {
  readonly attentionNorm: WeightSpec;
  /** The heads of queries, keys and values, which read the same input. */
  readonly queryKeyValue: LinearSpecs<StackSpec>;
  /** Norms of every query head and every key head (Qwen3), or null. */
  readonly headNorms: StackSpec | null;
  readonly output: LinearSpecs;
  readonly feedForwardNorm: WeightSpec;
  readonly gateAndUp: StackSpec;
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
  const matrix = (name: string, out: number, width: number): WeightSpec => {
    return { name: `${prefix}${name}.weight`, shape: [out, width] };
  };
  const stack = (name: string, specs: readonly WeightSpec[]): StackSpec => ({ name: prefix + name, stack: specs });

  const projections = [
    ['self_attn.q_proj', queryWidth],
    ['self_attn.k_proj', keyValueWidth],
    ['self_attn.v_proj', keyValueWidth],
  ] as const;
  const biases = projections.map(([name, out]) => vector(`${name}.bias`, out));
  const repeat = (name: string, times: number) => new Array<WeightSpec>(times).fill(vector(name, headSize));
  const headNorms = [
    ...repeat('self_attn.q_norm.weight', config.heads),
    ...repeat('self_attn.k_norm.weight', config.keyValueHeads),
  ];

  return {
    attentionNorm: vector('input_layernorm.weight', hiddenSize),
    queryKeyValue: {
      weight: stack(
        'self_attn.qkv_proj.weight',
        projections.map(([name, out]) => matrix(name, out, hiddenSize)),
      ),
      bias: config.queryKeyValueBias ? stack('self_attn.qkv_proj.bias', biases) : null,
    },
    headNorms: config.queryKeyNorm ? stack('self_attn.qk_norm.weight', headNorms) : null,
    output: {
      weight: matrix('self_attn.o_proj', hiddenSize, queryWidth),
      bias: config.outputBias ? vector('self_attn.o_proj.bias', hiddenSize) : null,
    },
    feedForwardNorm: vector('post_attention_layernorm.weight', hiddenSize),
    gateAndUp: stack(
      'mlp.gate_up_proj.weight',
      ['mlp.gate_proj', 'mlp.up_proj'].map((name) => matrix(name, intermediateSize, hiddenSize)),
    ),
    down: { weight: matrix('mlp.down_proj', hiddenSize, intermediateSize), bias: null },
  };
}
