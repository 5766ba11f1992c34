// Whether a measurement has room, told before gigabytes are made. A software driver takes the machine's own memory, and the
// system ends whoever takes too much of it; a GPU says itself what it cannot hold.
import { AppError } from '../errors.ts';
import { usualCacheBytes } from '../explain/loaded-model.ts';
import { inWords } from '../memory/memory-budget.ts';
import { Rehearsal } from '../memory/rehearsal.ts';
import { weightBytesOf, type StorageChoice } from '../memory/weight-bytes.ts';
import type { ImageModel, LanguageModel } from '../models/model.ts';
import type { GpuTraits } from '../memory/counting-device.ts';
import { gridFor, recipes, type Recipe } from '../quantise/recipes.ts';
import { aroundDecode } from './text-work.ts';

export interface Room {
  /** What may be taken; Infinity where the GPU will say. */
  readonly bytes: number;
  readonly shape: string;
  readonly recipe: Recipe | null;
}

/** As randomWeights makes them. */
const storedBy =
  (recipe: Recipe | null): StorageChoice =>
  (spec) => {
    const grid = gridFor(spec.name, recipe);
    return { format: grid ? { bits: grid.bits, kind: 'zero-bf16', group: grid.group } : 'F16' };
  };

/** @throws OutOfMemoryError */
export function checkWeights({ bytes, shape, recipe }: Room, model: LanguageModel | ImageModel): void {
  const needed = weightBytesOf(model.weights, storedBy(recipe));
  if (needed <= bytes) return;
  const smaller = weightBytesOf(model.weights, storedBy(recipes.int4));
  const advice = smaller < needed ? `--quantize int4 takes ${inWords(smaller)}; ` : '';
  throw new AppError(
    'OutOfMemoryError',
    `The weights of ${shape} take ${inWords(needed)}, but this machine has ${inWords(bytes)} of memory to spare. ` +
      `${advice}--layers N measures fewer layers.`,
  );
}

/** Tokens, by the flag that asks for them. */
export type TextSizes = Readonly<Partial<Record<'prefill' | 'decode' | 'explain' | 'growth', number>>>;

/**
 * The context; and with weights and cache the longest text explained with everything kept.
 * @throws ContextError, OutOfMemoryError
 */
export async function checkText(
  { bytes, shape, recipe }: Room,
  model: LanguageModel,
  { decode = 1, ...texts }: TextSizes,
  gpu: GpuTraits,
): Promise<void> {
  const choose = storedBy(recipe);
  const rehearsal = await Rehearsal.of(model, choose, gpu, usualCacheBytes);
  const { context } = rehearsal;
  for (const [flag, tokens] of Object.entries({ ...texts, decode })) {
    const most = flag === 'decode' ? context - aroundDecode : context;
    if (tokens > most)
      throw new AppError(
        'ContextError',
        `--${flag}: ${tokens} tokens do not fit. With ${model.layers} layers, ${shape} has a context of ${context} tokens ` +
          `here: at most ${most}, or more with fewer --layers.`,
      );
  }
  if (bytes === Infinity) return;
  const tokens = Math.max(...Object.values(texts));
  const needed = weightBytesOf(model.weights, choose) + (await rehearsal.explaining(tokens, true));
  if (needed <= bytes) return;
  throw new AppError(
    'OutOfMemoryError',
    `Explaining ${tokens} tokens with ${shape}, everything kept, takes ${inWords(needed)}, but this machine has ` +
      `${inWords(bytes)} of memory to spare. Explain fewer tokens (--explain), or measure fewer layers (--layers).`,
  );
}
