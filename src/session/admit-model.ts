// Whether a model fits into the GPU's memory, asked before any of its weights is fetched.
import { AppError } from '../errors.ts';
import type { BufferLimits } from '../memory/counting-device.ts';
import { planImageMemory, type ImageMemoryPlan } from '../memory/image-plan.ts';
import { planMemory, type MemoryPlan } from '../memory/memory-plan.ts';
import { adviseFormat, type NamedPlan } from '../memory/memory-sentences.ts';
import type { StorageChoice } from '../memory/weight-bytes.ts';
import type { ImageModel, LanguageModel } from '../models/model.ts';
import { recipes } from '../quantise/recipes.ts';
import type { FoundWeights } from './open-weights.ts';
import type { ModelKind } from './session.ts';

/** What a session may take of a GPU. */
export interface Room {
  readonly limits: BufferLimits;
  /** Bytes in all. */
  readonly budget: number;
  /** Bytes that other models keep once a model of that kind takes the place of the one before it. */
  occupied(kind: ModelKind): number;
  /** So many bytes will be taken, those of others included: the one before it goes at once if both do not fit. */
  makeWay(kind: ModelKind, bytes: number): void;
}

/** @throws OutOfMemoryError that says what the model needs, and which smaller format would fit. */
export async function admitLanguageModel(room: Room, model: LanguageModel, found: FoundWeights): Promise<MemoryPlan> {
  const { limits, budget } = room;
  const occupied = room.occupied('language');
  const plan = await admit(found, (choose) => planMemory({ model, choose, limits, budget, occupied }));
  room.makeWay('language', plan.writing);
  return plan;
}

/** The same of an image classifier, which must be able to explain. */
export async function admitImageModel(room: Room, model: ImageModel, found: FoundWeights): Promise<ImageMemoryPlan> {
  const { limits, budget } = room;
  const occupied = room.occupied('image');
  const plan = await admit(found, async (choose) => {
    const planned = await planImageMemory({ model, choose, limits, budget, occupied });
    return { ...planned, writing: planned.explaining };
  });
  room.makeWay('image', plan.explaining);
  return plan;
}

async function admit<Plan extends NamedPlan['plan']>(
  found: FoundWeights,
  planFor: (choose: StorageChoice) => Promise<Plan>,
): Promise<Plan> {
  const wanted = { format: found.format, plan: await planFor(choiceOf(found.data)) };
  if (wanted.plan.fits) return wanted.plan;
  const smaller: NamedPlan[] = [];
  for (const format of ['int8', 'int4'] as const) {
    const data = found.quantisedBy(recipes[format]);
    if (!data) continue;
    const plan = await planFor(choiceOf(data));
    if (plan.writing < wanted.plan.writing) smaller.push({ format, plan });
  }
  throw new AppError('OutOfMemoryError', adviseFormat([wanted, ...smaller])!);
}

const choiceOf =
  (data: FoundWeights['data']): StorageChoice =>
  (spec) => {
    const weight = data.get(spec)!;
    return { format: weight.format, ordered: 'order' in weight && weight.order !== undefined };
  };
