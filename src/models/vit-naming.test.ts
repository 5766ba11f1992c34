// One model stored as transformers, timm and torchvision store it gives the same logits.
import { describe, expect, test } from 'vitest';
import type { Matrix } from '../engine/matrix.ts';
import { deviation } from '../engine/ops/differences.test-helper.ts';
import { randomMatrix } from '../engine/ops/random.test-helper.ts';
import { explainImageReference, type ReferenceExplanation } from '../engine/reference.ts';
import { attnLrp } from '../engine/rules.ts';
import { openCheckpoint } from '../load/checkpoint.ts';
import { readRows } from '../load/stored-tensor.ts';
import { toFloat32 } from '../load/decode.ts';
import { memorySource } from '../load/memory-source.ts';
import { safetensors, type TestTensor } from '../load/safetensors.test-helper.ts';
import { matchWeights } from '../load/weights.ts';
import { listWeights } from './list-weights.ts';
import type { JsonObject, WeightSpec } from './model.ts';
import { readImageModel } from './vit-read.ts';
import { stackedMatrix } from './stacked-matrix.test-helper.ts';

const [width, inner, side, patch, classes] = [8, 12, 4, 2, 3];
const sizes = { img_size: side, patch_size: patch, embed_dim: width, depth: 2, num_heads: 2, mlp_dim: inner };
const timmConfig: JsonObject = { architecture: 'vit_mine', num_classes: classes, model_args: sizes };
const patches = randomMatrix(1, 4, 3 * patch * patch);

type Tensors = Record<string, TestTensor>;
let seed = 10;
const tensor = (...shape: number[]): TestTensor => {
  const { data } = randomMatrix(
    seed++,
    1,
    shape.reduce((a, b) => a * b, 1),
  );
  return { dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(data).buffer) };
};

/** The tensors as timm names them. */
const timm: Tensors = {
  'patch_embed.proj.weight': tensor(width, 3, patch, patch),
  'patch_embed.proj.bias': tensor(width),
  cls_token: tensor(1, 1, width),
  pos_embed: tensor(1, 5, width),
  ...Object.assign({}, ...[0, 1].map((layer) => block(`blocks.${layer}.`))),
  'norm.weight': tensor(width),
  'norm.bias': tensor(width),
  'head.weight': tensor(classes, width),
  'head.bias': tensor(classes),
};

function block(prefix: string): Tensors {
  return {
    [`${prefix}norm1.weight`]: tensor(width),
    [`${prefix}norm1.bias`]: tensor(width),
    [`${prefix}attn.qkv.weight`]: tensor(3 * width, width),
    [`${prefix}attn.qkv.bias`]: tensor(3 * width),
    [`${prefix}attn.proj.weight`]: tensor(width, width),
    [`${prefix}attn.proj.bias`]: tensor(width),
    [`${prefix}norm2.weight`]: tensor(width),
    [`${prefix}norm2.bias`]: tensor(width),
    [`${prefix}mlp.fc1.weight`]: tensor(inner, width),
    [`${prefix}mlp.fc1.bias`]: tensor(inner),
    [`${prefix}mlp.fc2.weight`]: tensor(width, inner),
    [`${prefix}mlp.fc2.bias`]: tensor(width),
  };
}

const renamed = (tensors: Tensors, rename: (name: string) => string): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [rename(name), value]));

const torchvision = (mlp: readonly [string, string]): Tensors =>
  renamed(timm, (name) =>
    name
      .replace('patch_embed.proj', 'conv_proj')
      .replace('cls_token', 'class_token')
      .replace('pos_embed', 'encoder.pos_embedding')
      .replace(/^norm/, 'encoder.ln')
      .replace(/^head/, 'heads.head')
      .replace('blocks.', 'encoder.layers.encoder_layer_')
      .replace(/norm([12])/, 'ln_$1')
      .replace('attn.qkv.', 'self_attention.in_proj_')
      .replace('attn.proj', 'self_attention.out_proj')
      .replace('mlp.fc1', mlp[0])
      .replace('mlp.fc2', mlp[1]),
  );

function transformers(): Tensors {
  const split = Object.entries(timm).flatMap(([name, value]): (readonly [string, TestTensor])[] => {
    if (!name.includes('qkv')) return [[name, value]];
    const third = value.bytes.length / 3;
    const shape = [width, ...value.shape.slice(1)];
    return ['query', 'key', 'value'].map((part, index) => {
      const bytes = value.bytes.slice(index * third, (index + 1) * third);
      return [name.replace('attn.qkv', `attention.attention.${part}`), { ...value, shape, bytes }];
    });
  });
  return renamed(Object.fromEntries(split), (name) =>
    name
      .replace('patch_embed.proj', 'vit.embeddings.patch_embeddings.projection')
      .replace('cls_token', 'vit.embeddings.cls_token')
      .replace('pos_embed', 'vit.embeddings.position_embeddings')
      .replace(/^norm/, 'vit.layernorm')
      .replace(/^head/, 'classifier')
      .replace('blocks.', 'vit.encoder.layer.')
      .replace('norm1', 'layernorm_before')
      .replace('norm2', 'layernorm_after')
      .replace('attn.proj', 'attention.output.dense')
      .replace('mlp.fc1', 'intermediate.dense')
      .replace('mlp.fc2', 'output.dense'),
  );
}

async function explain(tensors: Tensors, config = timmConfig): Promise<ReferenceExplanation> {
  const checkpoint = await openCheckpoint(memorySource(new Map([['model.safetensors', safetensors(tensors)]])));
  const { model } = readImageModel({ config, processor: null, tensors: checkpoint.tensors.keys() });
  const matched = await matchWeights(listWeights(model.weights), checkpoint);
  expect(matched.warnings).toEqual([]);
  const weights = new Map<WeightSpec, Matrix>();
  for (const [spec, stored] of matched.tensors) {
    const rows = spec.shape.length === 1 ? 1 : spec.shape[0]!;
    const data = Float64Array.from(toFloat32(await readRows(stored, 0, rows), stored.dtype));
    weights.set(spec, { rows, width: data.length / rows, data });
  }
  const bind: Parameters<typeof explainImageReference>[0] = (ops) =>
    model.bind(
      ops,
      stackedMatrix((spec) => weights.get(spec)!),
    );
  return explainImageReference(bind, patches, (logits) => logits.map((_, id) => (id === 1 ? 1 : 0)), attnLrp);
}

/** timm's and torchvision's epsilon, which transformers would state. */
const transformersConfig: JsonObject = {
  architectures: ['ViTForImageClassification'],
  image_size: side,
  patch_size: patch,
  hidden_size: width,
  intermediate_size: inner,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_labels: classes,
  layer_norm_eps: 1e-6,
};

describe('the same weights', () => {
  test.each<[string, Tensors, JsonObject]>([
    ['transformers', transformers(), transformersConfig],
    ['torchvision', torchvision(['mlp.0', 'mlp.3']), timmConfig],
    ['torchvision of old', torchvision(['mlp.linear_1', 'mlp.linear_2']), transformersConfig],
  ])('give under names of %s what they give under those of timm', async (_, tensors, config) => {
    const [found, expected] = [await explain(tensors, config), await explain(timm)];
    expect(found.logits).toEqual(expected.logits);
    expect(found.relevance).toEqual(expected.relevance);
  });
});

test('a distilled model averages its two heads', async () => {
  const twice: TestTensor = { ...tensor(1, 6, width) };
  const base = { ...timm, dist_token: tensor(1, 1, width), pos_embed: twice };
  const second = { weight: tensor(classes, width), bias: tensor(classes) };
  const both = await explain({ ...base, 'head_dist.weight': second.weight, 'head_dist.bias': second.bias });
  const first = await explain(base);
  // The second head alone, on the second token: swap tokens, their positions and the heads.
  const rows = new Uint8Array(twice.bytes);
  rows.set(twice.bytes.subarray(0, 4 * width), 4 * width);
  rows.set(twice.bytes.subarray(4 * width, 8 * width), 0);
  const swapped = await explain({
    ...base,
    cls_token: base.dist_token,
    dist_token: timm['cls_token']!,
    pos_embed: { ...twice, bytes: rows },
    'head.weight': second.weight,
    'head.bias': second.bias,
  });
  const mean = first.logits.map((logit, index) => (logit + swapped.logits[index]!) / 2);
  expect(deviation(both.logits, mean)).toBeLessThan(1e-12);
  closes(both);
});

test('a mean of the patches leaves the class token out', async () => {
  const pooled = { ...timmConfig, global_pool: 'avg' };
  const result = await explain(timm, pooled);
  closes(result);
  const [row] = result.layers.at(-1)!;
  expect(row).toBe(0);
});

test('a norm after pooling closes the ledger too', async () => {
  const tensors = renamed(timm, (name) => name.replace(/^norm/, 'fc_norm'));
  closes(await explain(tensors, { ...timmConfig, global_pool: 'avg' }));
});

function closes({ ledger }: ReferenceExplanation): void {
  const { score, inputs, softmax, biases, positions, cls } = ledger;
  expect(inputs + softmax! + biases! + positions! + cls!).toBeCloseTo(score, 9);
}
