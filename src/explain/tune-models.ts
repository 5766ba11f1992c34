// What of a model is worth measuring on a GPU (engine/tune.ts). Everything is right without it, and may be slower.
import type { Gpu } from '../engine/gpu.ts';
import { tune, type Tuned } from '../engine/tune.ts';
import type { Weight } from '../engine/weight.ts';
import type { LoadedImageModel } from './explain-image.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { WeightStore } from './weight-store.ts';

/** Bytes of weights. Smaller models would be loaded later than they could make up for. */
const worthTuning = 32 * 2 ** 20;

export async function tuneLanguageModel({ gpu, model, weights }: LoadedModel, signal?: AbortSignal): Promise<void> {
  // Of embedding and head, the one that is multiplied with anything is so with a row at a time.
  const inBlocks = [...weights.all].filter(({ rows }) => rows !== model.vocabularySize);
  const head = weights.weight(model.head);
  await tuneWeights(gpu, weights, { oneRow: [...inBlocks, head], manyRows: inBlocks }, signal);
}

export async function tuneImageModel({ gpu, weights }: LoadedImageModel, signal?: AbortSignal): Promise<void> {
  const shapes = new Map<string, number>();
  const shapeOf = ({ rows, columns }: Weight): string => `${rows} x ${columns}`;
  for (const weight of weights.all) shapes.set(shapeOf(weight), (shapes.get(shapeOf(weight)) ?? 0) + 1);
  // Of patches, positions and head there is one each, and they take little of the time.
  const inBlocks = [...weights.all].filter((weight) => shapes.get(shapeOf(weight))! > 1);
  await tuneWeights(gpu, weights, { oneRow: [], manyRows: inBlocks }, signal);
}

async function tuneWeights(gpu: Gpu, weights: WeightStore, tuned: Tuned, signal: AbortSignal | undefined) {
  // A software adapter compiles all choices for longer than the best of them saves.
  if (gpu.description.software || weights.bytes < worthTuning) return;
  await tune(gpu, tuned, signal);
}
