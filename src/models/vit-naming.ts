// What transformers, timm and torchvision call the tensors of a vision transformer. A linear layer or norm is named
// without ".weight" and ".bias".

export interface VitNaming {
  readonly library: 'transformers' | 'timm' | 'torchvision';
  /** Epsilon of the norms where config.json does not state it. */
  readonly normEpsilon: number;
  readonly patches: string;
  /** In the order of their rows; those that are there count. */
  readonly classTokens: readonly string[];
  readonly positions: string;
  /** Prefix of a layer's tensors. */
  layer(index: number): string;
  readonly attentionNorm: string;
  /** Three layers, or the tensors of one in which queries, keys and values follow each other. */
  readonly queryKeyValue:
    readonly [query: string, key: string, value: string] | { readonly weight: string; readonly bias: string };
  readonly output: string;
  readonly feedForwardNorm: string;
  readonly up: readonly string[];
  readonly down: readonly string[];
  readonly norm: string;
  /** The norm between a mean of the patches and the head. */
  readonly headNorm: string | null;
  readonly heads: readonly string[];
}

const transformers = (prefix: string): VitNaming => ({
  library: 'transformers',
  normEpsilon: 1e-12,
  patches: `${prefix}embeddings.patch_embeddings.projection`,
  classTokens: [`${prefix}embeddings.cls_token`, `${prefix}embeddings.distillation_token`],
  positions: `${prefix}embeddings.position_embeddings`,
  layer: (index) => `${prefix}encoder.layer.${index}.`,
  attentionNorm: 'layernorm_before',
  queryKeyValue: ['attention.attention.query', 'attention.attention.key', 'attention.attention.value'],
  output: 'attention.output.dense',
  feedForwardNorm: 'layernorm_after',
  up: ['intermediate.dense'],
  down: ['output.dense'],
  norm: `${prefix}layernorm`,
  headNorm: null,
  heads: ['classifier', 'cls_classifier', 'distillation_classifier'],
});

const timm: VitNaming = {
  library: 'timm',
  normEpsilon: 1e-6,
  patches: 'patch_embed.proj',
  classTokens: ['cls_token', 'dist_token'],
  positions: 'pos_embed',
  layer: (index) => `blocks.${index}.`,
  attentionNorm: 'norm1',
  queryKeyValue: { weight: 'attn.qkv.weight', bias: 'attn.qkv.bias' },
  output: 'attn.proj',
  feedForwardNorm: 'norm2',
  up: ['mlp.fc1'],
  down: ['mlp.fc2'],
  norm: 'norm',
  headNorm: 'fc_norm',
  heads: ['head', 'head_dist'],
};

const torchvision: VitNaming = {
  library: 'torchvision',
  normEpsilon: 1e-6,
  patches: 'conv_proj',
  classTokens: ['class_token'],
  positions: 'encoder.pos_embedding',
  layer: (index) => `encoder.layers.encoder_layer_${index}.`,
  attentionNorm: 'ln_1',
  queryKeyValue: { weight: 'self_attention.in_proj_weight', bias: 'self_attention.in_proj_bias' },
  output: 'self_attention.out_proj',
  feedForwardNorm: 'ln_2',
  up: ['mlp.0', 'mlp.linear_1'],
  down: ['mlp.3', 'mlp.linear_2'],
  norm: 'encoder.ln',
  headNorm: null,
  heads: ['heads.head', 'heads.0'],
};

export const namings: readonly VitNaming[] = [transformers('vit.'), transformers('deit.'), timm, torchvision];
