// A model takes its place in the session: opened, checked against the memory there is, warmed up.
import type { Gpu } from '../engine/gpu.ts';
import { tuneImageModel, tuneLanguageModel } from '../explain/tune-models.ts';
import { Generator } from '../generate/generator.ts';
import type { Source } from '../load/source.ts';
import { usualBudget } from '../memory/memory-budget.ts';
import { recipes } from '../quantise/recipes.ts';
import { endOfTurn, openChat } from './chat-session.ts';
import type { HeldModels } from './held-models.ts';
import { describeImageModel } from './image-session.ts';
import { describeLanguageModel, warmUpWriting, type LanguageModel } from './language-session.ts';
import { openModel, type OpenedLanguageModel } from './open-model.ts';
import type { OpenedSource, Platform } from './platform.ts';
import type { Job, LoadProgress, LoadRequest, ModelInfo } from './session.ts';
import { tuneModel } from './tune-model.ts';

export type LoadChoices = Pick<LoadRequest, 'quantize' | 'memoryBytes' | 'cache'>;

export interface Place {
  readonly held: HeldModels;
  readonly gpu: Gpu;
  readonly platform: Pick<Platform, 'warmsUp' | 'assumesMemory' | 'tunings'>;
  /** What need not be done before the model can be used. */
  warmUpLater(model: LanguageModel): void;
}

export async function loadModel(
  place: Place,
  { source, warnings, converted }: OpenedSource,
  { quantize = 'none', memoryBytes, cache: cacheFormat }: LoadChoices,
  job: Job<LoadProgress>,
): Promise<ModelInfo> {
  const { held, gpu, platform } = place;
  const budget = memoryBytes ?? (platform.assumesMemory ? usualBudget(gpu.device.limits).bytes : Infinity);
  const room = held.memory.roomOn(gpu, budget);
  const conversion = converted ? { format: quantize, files: converted } : null;
  const found = await openModel(gpu, source, job, recipes[quantize], { room, conversion, cacheFormat });
  const opened = { ...found, warnings: [...warnings, ...found.warnings] };
  if (opened.kind === 'language') {
    const used = await useLanguageModel(place, opened, source, job);
    held.memory.limitPool(gpu, budget);
    return describeLanguageModel(used, source, gpu);
  }
  const { loaded } = opened;
  await tuneModel(gpu, platform.tunings, () => tuneImageModel(loaded, job.signal)).catch((error: unknown) => {
    loaded.weights.destroy();
    throw error;
  });
  held.unload('image');
  held.image = opened;
  held.memory.holdImageModel(source.name, opened.plan);
  held.memory.limitPool(gpu, budget);
  return describeImageModel(opened, source, gpu);
}

async function useLanguageModel(
  { held, gpu, platform, warmUpLater }: Place,
  opened: OpenedLanguageModel,
  source: Source,
  { onProgress, signal }: Job<LoadProgress>,
) {
  let generator: Generator | null = null;
  try {
    // Without a tokenizer there is nothing that could read what the template writes.
    const chat = opened.tokenizer && (await openChat(source, signal));
    const bytes = opened.loaded.weightBytes;
    if (platform.warmsUp) onProgress?.({ phase: 'compiling', doneBytes: bytes, totalBytes: bytes });
    await tuneModel(gpu, platform.tunings, () => tuneLanguageModel(opened.loaded, signal));
    // Only now: a model that fails to open leaves the one before it in place.
    held.unload('language');
    generator = new Generator(opened.loaded);
    const turnEnds = opened.tokenizer ? endOfTurn(chat, opened.tokenizer) : [];
    const next = { ...opened, chat, generator, endOfText: [...opened.endOfText, ...turnEnds] };
    if (platform.warmsUp) {
      await warmUpWriting(next);
      warmUpLater(next);
    }
    held.memory.holdLanguageModel(source.name, opened.plan);
    return (held.language = next);
  } catch (error) {
    generator?.destroy();
    opened.loaded.destroy();
    throw error;
  }
}
