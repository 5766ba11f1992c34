import { expect, it } from 'vitest';
import { gridFor, recipes } from './recipes.ts';

it('gives layers 4 bits, what stands first and last 8, and leaves positions alone', () => {
  const bits = (name: string): number | undefined => gridFor(name, recipes.int4)?.bits;
  for (const name of [
    'model.layers.0.self_attn.q_proj.weight',
    'model.layers.11.mlp.down_proj.weight',
    'vit.encoder.layer.2.attention.output.dense.weight',
    'blocks.3.attn.qkv.weight',
    'encoder.layers.encoder_layer_0.mlp.0.weight',
  ])
    expect(bits(name), name).toBe(4);
  for (const name of [
    'model.embed_tokens.weight',
    'lm_head.weight',
    'classifier.weight',
    'distillation_classifier.weight',
    'head.weight',
    'head_dist.weight',
    'heads.head.weight',
    'vit.embeddings.patch_embeddings.projection.weight',
    'patch_embed.proj.weight',
    'conv_proj.weight',
  ])
    expect(bits(name), name).toBe(8);
  for (const name of ['vit.embeddings.position_embeddings', 'pos_embed', 'encoder.pos_embedding'])
    expect(gridFor(name, recipes.int4), name).toBeNull();
});

it('leaves everything as it is stored where nothing is asked for', () => {
  expect(gridFor('model.layers.0.self_attn.q_proj.weight', recipes.none)).toBeNull();
});
