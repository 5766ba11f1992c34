import { describe, expect, test } from 'vitest';
import type { JsonObject } from './model.ts';
import { describesImages, readImageModel } from './vit-read.ts';

const transformersTensors = ['vit.embeddings.patch_embeddings.projection.weight', 'vit.embeddings.cls_token'];
const timmTensors = ['patch_embed.proj.weight', 'cls_token', 'norm.weight', 'head.weight'];
const torchvisionTensors = ['conv_proj.weight', 'class_token', 'encoder.ln.weight', 'heads.head.weight'];
const id2label = { 0: 'cat', 1: 'dog', 2: 'neither' };
const transformers = { architectures: ['ViTForImageClassification'], id2label };
const timm = { architecture: 'vit_tiny_patch16_224', num_classes: 1000 };

const read = (config: JsonObject, tensors: readonly string[] = timmTensors, processor: JsonObject | null = null) =>
  readImageModel({ config, tensors, processor });
const modelOf = (...files: Parameters<typeof read>) => read(...files).model;

describe('a configuration of transformers', () => {
  test('has the defaults of ViTConfig', () => {
    const { model } = read(transformers, transformersTensors);
    expect(model).toMatchObject({
      architecture: 'ViTForImageClassification',
      image: { channels: 3, height: 224, width: 224 },
      patchSize: 16,
      grid: { rows: 14, columns: 14 },
      classTokens: 1,
      hiddenSize: 768,
      layers: 12,
      classes: 3,
      labels: ['cat', 'dog', 'neither'],
    });
    expect(model.weights.layers[0]!.up.weight.shape).toEqual([3072, 768]);
  });

  test('may describe images that are not square', () => {
    const config = { ...transformers, image_size: [32, 64], patch_size: 8 };
    expect(modelOf(config, transformersTensors).grid).toEqual({ rows: 4, columns: 8 });
  });

  test('may come with tensors of another library', () => {
    const { weights } = modelOf(transformers, torchvisionTensors);
    expect(weights.patches.weight.name).toBe('conv_proj.weight');
    expect(weights.heads[0]!.weight).toEqual({ name: 'heads.head.weight', shape: [3, 768] });
    expect(weights.layers[0]!.up.weight.aliases).toEqual(['encoder.layers.encoder_layer_0.mlp.linear_1.weight']);
  });

  test('counts a second class token of DeiT, with or without a head of its own', () => {
    const embedded = transformersTensors.map((name) => name.replace('vit.', 'deit.'));
    const tensors = [...embedded, 'deit.embeddings.distillation_token'];
    const config = { architectures: ['DeiTForImageClassificationWithTeacher'], id2label };
    const heads = ['cls_classifier.weight', 'distillation_classifier.weight'];
    expect(modelOf(config, tensors).weights.positions.shape).toEqual([198, 768]);
    const specs = modelOf(config, [...tensors, ...heads]).weights.heads;
    expect(specs.map(({ weight }) => weight.name)).toEqual(heads);
  });
});

describe('a configuration of timm', () => {
  test.each([
    ['vit_tiny_patch16_224', 192, 12, 3, 16, 224],
    ['vit_small_patch32_384.augreg_in21k_ft_in1k', 384, 12, 6, 32, 384],
    ['deit_base_distilled_patch16_384', 768, 12, 12, 16, 384],
    ['vit_large_patch14_224', 1024, 24, 16, 14, 224],
    ['vit_b_32', 768, 12, 12, 32, 224],
    ['vit_h_14', 1280, 32, 16, 14, 224],
  ])('knows the sizes behind %s', (architecture, width, layers, heads, patchSize, side) => {
    const { model } = read({ ...timm, architecture });
    expect(model).toMatchObject({ hiddenSize: width, layers, patchSize, image: { height: side, width: side } });
    expect(headsOf(model)).toBe(heads);
  });

  test('may have a name that every object answers to', () => {
    const model_args = { img_size: 32, patch_size: 4, embed_dim: 64, depth: 2, num_heads: 8 };
    const config = { architecture: 'vit_constructor_patch4_32', num_classes: 5, model_args };
    expect(read(config).model).toMatchObject({ hiddenSize: 64, layers: 2 });
  });

  test('may state every size itself', () => {
    const model_args = { img_size: 32, patch_size: 4, embed_dim: 64, depth: 2, num_heads: 8, mlp_ratio: 2.5 };
    const { model } = read({ architecture: 'vit_mine', num_classes: 5, model_args });
    expect(model).toMatchObject({ hiddenSize: 64, layers: 2, classes: 5, grid: { rows: 8, columns: 8 } });
    expect(model.weights.layers[1]!.up.weight.shape).toEqual([160, 64]);
    expect(headsOf(model)).toBe(8);
  });

  test('takes the image size that pretrained_cfg names', () => {
    const pretrained_cfg = { input_size: [3, 384, 384], crop_pct: 1 };
    expect(modelOf({ ...timm, pretrained_cfg }).image).toEqual({ channels: 3, height: 384, width: 384 });
  });

  test('gives thirds of the fused matrix to queries, keys and values', () => {
    const { query, key, value } = modelOf(timm, [...timmTensors, 'blocks.0.attn.qkv.bias']).weights.layers[0]!;
    const weight = { name: 'blocks.0.attn.qkv.weight', shape: [192, 192], stored: [576, 192] };
    const bias = { name: 'blocks.0.attn.qkv.bias', shape: [192], stored: [576] };
    expect([query, key, value]).toEqual(
      [0, 192, 384].map((firstRow) => ({ weight: { ...weight, firstRow }, bias: { ...bias, firstRow } })),
    );
  });

  test('leaves out biases of queries, keys and values that are not there, unless it asks for them', () => {
    expect(modelOf(timm).weights.layers[0]!.query.bias).toBeNull();
    expect(modelOf({ ...timm, model_args: { qkv_bias: true } }).weights.layers[0]!.query.bias).not.toBeNull();
  });

  test('norms before or after pooling, as the checkpoint has it', () => {
    const pooled = { ...timm, global_pool: 'avg' };
    const without = ['patch_embed.proj.weight', 'head.weight'];
    const before = modelOf(pooled, [...without, 'norm.weight']).weights;
    const after = modelOf(pooled, [...without, 'fc_norm.weight']).weights;
    expect([before.norm?.weight.name, before.headNorm]).toEqual(['norm.weight', null]);
    expect([after.norm, after.headNorm?.weight.name]).toEqual([null, 'fc_norm.weight']);
    expect(after.classTokens).toEqual([]);
    expect(after.positions).toEqual({ name: 'pos_embed', shape: [196, 192], stored: [1, 196, 192] });
  });

  test('says nothing of fields that change nothing, and names the others', () => {
    const config = { ...timm, num_features: 192, pretrained_cfg: { crop_pct: 0.9, url: '' } };
    expect(read({ ...config, model_args: { drop_path_rate: 0.1 } }).warnings).toEqual([]);
    expect(read({ ...config, model_args: { twist: 1 } }).warnings).toEqual([
      'config.json has fields this app does not know: model_args.twist; they were ignored.',
    ]);
  });
});

test('an image classifier is told from a language model', () => {
  const image: JsonObject[] = [
    transformers,
    timm,
    { model_type: 'vit' },
    { architectures: ['SwinForImageClassification'] },
  ];
  expect(image.map(describesImages)).toEqual([true, true, true, true]);
  expect([{ architectures: ['LlamaForCausalLM'] }, { model_type: 'qwen2' }, {}].map(describesImages)).not.toContain(
    true,
  );
});

describe('what cannot be computed', () => {
  const complaint = (...files: Parameters<typeof read>): string => {
    try {
      read(...files);
    } catch (error) {
      if (error instanceof Error) return `${error.name}: ${error.message}`;
    }
    return 'no error';
  };

  test.each<[JsonObject, string]>([
    [{ hidden_act: 'quick_gelu' }, 'hidden_act is "quick_gelu". Supported: "gelu", '],
    [{ interpolate_pos_encoding: true }, 'interpolate_pos_encoding is true. Supported: images of the size that'],
    [{ layerscale_value: 1 }, 'layerscale_value is 1. Supported: models without LayerScale.'],
    [{ use_swiglu_ffn: true }, 'use_swiglu_ffn is true. Supported: feed-forward layers of two matrices'],
    [{ patch_size: [16, 8] }, 'patch_size is [16,8]. Supported: square patches.'],
    [{ num_channels: 1 }, 'num_channels is 1. Supported: images of 3 channels (red, green, blue).'],
    [{ quantization_config: { bits: 4 } }, 'quantization_config is {"bits":4}. Supported: checkpoints in'],
    [
      { architectures: ['SwinForImageClassification'] },
      'the architecture is "SwinForImageClassification". Supported: ViT',
    ],
  ])('%j is named', (change, sentence) => {
    const found = complaint({ ...transformers, ...change }, transformersTensors);
    expect(found).toContain(`UnsupportedError: config.json: ${sentence}`);
  });

  test.each<[JsonObject, string]>([
    [{ image_size: 225 }, "patch_size is missing; expected a divisor of the image's height 225 and width 225."],
    [{ num_attention_heads: 5 }, 'num_attention_heads is 5; expected a divisor of the width 768.'],
    [{ image_size: '224' }, 'image_size is "224"; expected a positive integer, or height and width.'],
    [{ id2label: { 1: 'cat' } }, 'id2label is {"1":"cat"}; expected a label for each of the class numbers 0 to 0.'],
    [{ id2label: null }, 'num_labels is missing; expected a positive integer.'],
  ])('%j breaks the format', (change, sentence) => {
    const found = complaint({ ...transformers, ...change }, transformersTensors);
    expect(found).toBe(`FormatError: config.json: ${sentence}`);
  });

  test.each<[JsonObject, string]>([
    [{ model_args: { init_values: 1e-5 } }, 'model_args.init_values is 0.00001. Supported: models without LayerScale.'],
    [{ model_args: { reg_tokens: 4 } }, 'model_args.reg_tokens is 4. Supported: models without register tokens.'],
    [
      { model_args: { no_embed_class: true } },
      'model_args.no_embed_class is true. Supported: positions for class tokens',
    ],
    [{ global_pool: 'map' }, 'global_pool is "map". Supported: "token", "avg".'],
    [
      { architecture: 'vit_base_patch16_clip_quickgelu_224' },
      'architecture is "vit_base_patch16_clip_quickgelu_224". Supp',
    ],
  ])('%j of timm is named', (change, sentence) => {
    expect(complaint({ ...timm, ...change })).toContain(`UnsupportedError: config.json: ${sentence}`);
  });

  test.each([
    ['blocks.0.ls1.gamma', 'LayerScale'],
    ['norm_pre.weight', 'a norm before the first layer'],
    ['reg_token', 'register tokens'],
    ['blocks.0.attn.q_norm.weight', 'norms of queries and keys'],
    ['blocks.0.mlp.fc1_g.weight', 'a gated feed-forward layer (SwiGLU)'],
    ['attn_pool.latent', 'pooling by attention'],
    ['pre_logits.fc.weight', 'a layer before the head'],
    ['patch_embed.backbone.conv.weight', 'a convolutional stem'],
  ])('a checkpoint with %s is refused for %s', (tensor, what) => {
    expect(complaint(timm, [...timmTensors, tensor])).toBe(
      `UnsupportedError: The checkpoint holds "${tensor}", which belongs to ${what}. Supported: plain vision transformers.`,
    );
  });

  test('a checkpoint without a patch embedding is none of a vision transformer', () => {
    expect(complaint(timm, ['lm_head.weight'])).toContain('FormatError: The checkpoint holds no patch embedding');
  });

  test('a head without a class token to read needs another pooling', () => {
    expect(complaint(timm, ['patch_embed.proj.weight'])).toContain(
      'expected "avg", as the checkpoint has fewer class tokens',
    );
  });
});

/** As the model hands them to attention. */
function headsOf(model: ReturnType<typeof modelOf>): number {
  let heads = 0;
  const pass = () => null;
  const ops = new Proxy({} as Parameters<typeof model.bind>[0], {
    get: (_, name) =>
      name === 'attention' ? (...given: unknown[]) => (heads = (given[3] as { heads: number }).heads) : pass,
  });
  model.bind(ops, pass).block(0, null);
  return heads;
}
