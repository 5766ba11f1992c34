// Real shapes of vision transformers with random weights: 224 × 224 pixels in patches of 16, 197 tokens, 1000 classes.
import type { Gpu } from '../engine/gpu.ts';
import type { LoadedImageModel } from '../explain/explain-image.ts';
import { tuneImageModel } from '../explain/tune-models.ts';
import type { ImageModel, JsonObject } from '../models/model.ts';
import { readImageModel } from '../models/vit-read.ts';
import type { Recipe } from '../quantise/recipes.ts';
import { randomWeights } from './random-weights.ts';

const vit = (numbers: Record<string, number>): JsonObject => ({
  architectures: ['ViTForImageClassification'],
  num_hidden_layers: 12,
  num_labels: 1000,
  qkv_bias: true,
  ...numbers,
});

export const imageShapes: Readonly<Record<string, JsonObject>> = {
  'vit-b-16': vit({ hidden_size: 768, num_attention_heads: 12, intermediate_size: 3072 }),
  'vit-l-16': vit({ hidden_size: 1024, num_hidden_layers: 24, num_attention_heads: 16, intermediate_size: 4096 }),
  'vit-tiny-16': vit({ hidden_size: 192, num_attention_heads: 3, intermediate_size: 768 }),
};

/** What of a checkpoint's names tells transformers' ViT from others. */
const tensors = ['vit.embeddings.patch_embeddings.projection.weight', 'vit.embeddings.cls_token', 'classifier.weight'];

/** The model of a shape; `layers` in place of the shape's own number of them, null keeps that. */
export function imageModelOf(shape: JsonObject, layers: number | null = null): ImageModel {
  const config = layers === null ? shape : { ...shape, num_hidden_layers: layers };
  return readImageModel({ config, processor: null, tensors }).model;
}

export async function loadRandomImageModel(
  gpu: Gpu,
  model: ImageModel,
  recipe: Recipe | null,
): Promise<LoadedImageModel> {
  const weights = await randomWeights(gpu, model.weights, recipe);
  // Running out of memory is told now, not in the middle of a measurement.
  await gpu.settle();
  const loaded = { gpu, model, weights };
  await tuneImageModel(loaded);
  return loaded;
}
