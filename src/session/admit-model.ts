// Whether a model fits into the GPU's memory, asked before any of its weights is fetched.
import type { CacheFormat } from '../engine/key-value-cache.ts';
import { AppError } from '../errors.ts';
import { planImageMemory, type ImageMemoryPlan } from '../memory/image-plan.ts';
import { planMemory, type MemoryPlan } from '../memory/memory-plan.ts';
import { adviseFormat, fitsAlone, type NamedPlan } from '../memory/memory-sentences.ts';
import { storageOf, type StorageChoice } from '../memory/weight-bytes.ts';
import type { ImageModel, LanguageModel } from '../models/model.ts';
import { recipes, type SmallerFormat } from '../quantise/recipes.ts';
import type { FoundWeights } from './open-weights.ts';
import type { ModelKind } from './session.ts';
import { otherKind, type Room } from './room.ts';

/** @throws OutOfMemoryError that says what the model needs, and which smaller format would fit. */
export async function admitLanguageModel(
  room: Room,
  model: LanguageModel,
  found: FoundWeights,
  cacheFormat?: CacheFormat,
): Promise<MemoryPlan> {
  const { gpu, budget } = room;
  const occupied = room.other('language')?.resident ?? 0;
  const request = { model, gpu, budget, occupied, cacheFormat };
  const plan = await admit('language', room, found, (choose) => planMemory({ ...request, choose }));
  room.makeWay('language', plan.writing);
  return plan;
}

/** The same of an image classifier, which must be able to explain. */
export async function admitImageModel(room: Room, model: ImageModel, found: FoundWeights): Promise<ImageMemoryPlan> {
  const { gpu, budget } = room;
  const occupied = room.other('image')?.resident ?? 0;
  const plan = await admit('image', room, found, async (choose) => {
    const planned = await planImageMemory({ model, choose, gpu, budget, occupied });
    return { ...planned, writing: planned.explaining };
  });
  room.makeWay('image', plan.explaining);
  return plan;
}

async function admit<Plan extends NamedPlan['plan']>(
  kind: ModelKind,
  room: Room,
  found: FoundWeights,
  planFor: (choose: StorageChoice) => Promise<Plan>,
): Promise<Plan> {
  const wanted = { format: found.format, plan: await planFor(choiceOf(found.data)) };
  if (wanted.plan.fits) return wanted.plan;
  const smaller: (NamedPlan & { readonly format: SmallerFormat })[] = [];
  for (const format of ['int8', 'int4'] as const) {
    const choice = found.choose(recipes[format]);
    if (!choice) continue;
    const plan = await planFor(choice);
    if (plan.writing < wanted.plan.writing) smaller.push({ format, plan });
  }
  const quantize = smaller.find(({ plan }) => plan.fits)?.format;
  const other = room.other(kind);
  const close: ModelKind | null = other && fitsAlone(wanted) ? otherKind[kind] : null;
  const remedies = { ...(quantize && { quantize }), ...(close && { close }) };
  throw new AppError('OutOfMemoryError', adviseFormat([wanted, ...smaller], other?.name)!, { remedies });
}

export const choiceOf =
  (data: FoundWeights['data']): StorageChoice =>
  (spec) =>
    storageOf(data.get(spec)!);
