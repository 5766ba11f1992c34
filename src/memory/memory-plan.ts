// What a model will take of the GPU's memory, told before it is loaded: its weights, the keys and values of a context,
// and how long a text can be explained in what is left. Nothing is allocated to find out.
import { cacheNumberBytes, type CacheFormat } from '../engine/key-value-cache.ts';
import { AppError } from '../errors.ts';
import { usualCacheBytes } from '../explain/loaded-model.ts';
import type { LanguageModel } from '../models/model.ts';
import type { GpuTraits } from './counting-device.ts';
import { Rehearsal } from './rehearsal.ts';
import { weightBytesOf, type StorageChoice } from './weight-bytes.ts';

export interface MemoryRequest {
  readonly model: LanguageModel;
  readonly choose: StorageChoice;
  readonly gpu: GpuTraits;
  /** Bytes that may be taken in all. */
  readonly budget: number;
  /** Bytes of it that other models hold. */
  readonly occupied?: number;
  /** Of keys and values; f32 unless stated. */
  readonly cacheFormat?: CacheFormat | undefined;
}

export interface MemoryPlan {
  readonly budget: number;
  readonly occupied: number;
  readonly weights: number;
  /** Tokens that keys and values are kept for, and their bytes: what LoadedModel takes as cacheBytes. */
  readonly context: number;
  readonly cache: number;
  readonly cacheFormat: CacheFormat;
  /** Bytes while a text of that length is read and continued, everything included. */
  readonly writing: number;
  /** What Gpu.poolLimit must be for these numbers to hold: bytes for everything that comes and goes. */
  readonly poolLimit: number;
  /** Bytes that stay between jobs: weights, cache, and what is computed once. */
  readonly resident: number;
  /** Can the model be loaded and used within the budget? */
  readonly fits: boolean;
  /** Tokens of the longest text that can be explained; 0 where there is no room. */
  readonly explainable: number;
  /**
   * Bytes while a text of so many tokens is explained, everything included; Infinity where no buffer is large enough.
   * `targets`: how many of its tokens in one sweep; one, unless stated.
   */
  explaining(tokens: number, keepAll?: boolean, targets?: number): Promise<number>;
  /** The plan of the same model with the same cache where others hold so many bytes. */
  beside(occupied: number): Promise<MemoryPlan>;
}

/** A shorter context is of no use. */
const leastContext = 128;
/** Of what the weights leave, keys and values get a quarter: explaining a token takes several times its cache. */
const cacheShare = 1 / 4;

export async function planMemory({
  model,
  choose,
  gpu,
  budget,
  occupied = 0,
  cacheFormat = 'f32',
}: MemoryRequest): Promise<MemoryPlan> {
  const weights = weightBytesOf(model.weights, choose);
  const left = budget - occupied - weights;
  const tokenBytes = 2 * model.layers * model.keyValueWidth * cacheNumberBytes[cacheFormat];
  const wanted = Math.min(leastContext, model.contextLength) * tokenBytes;
  const withCache = async (bytes: number): Promise<MemoryPlan> => {
    const rehearsal = await Rehearsal.of(model, choose, gpu, Math.min(usualCacheBytes, bytes), cacheFormat);
    return measure(rehearsal, weights, budget, occupied);
  };
  const usual = Math.max(wanted, Math.floor(left * cacheShare));
  const plan = await withCache(usual);
  return plan.fits || usual === wanted ? plan : withCache(wanted);
}

async function measure(rehearsal: Rehearsal, weights: number, budget: number, occupied: number): Promise<MemoryPlan> {
  const { context } = rehearsal;
  const beside = (bytes: number): number => occupied + weights + bytes;
  const explaining = (tokens: number, keepAll = false, targets = 1): Promise<number> =>
    rehearsal.explaining(tokens, keepAll, targets).then(beside, (error: unknown) => {
      if (error instanceof AppError && error.name === 'OutOfMemoryError') return Infinity;
      throw error;
    });
  const writing = beside(await rehearsal.writing(context));
  const fits = writing <= budget;
  // Where everything is allowed, buffers still have a largest size.
  const allowed = Math.min(budget, Number.MAX_VALUE);
  const explainable = fits ? await longest(context, async (tokens) => (await explaining(tokens)) <= allowed) : 0;
  const resident = weights + rehearsal.lastingBytes;
  const poolLimit = Math.max(0, budget - occupied - resident);
  return {
    budget,
    occupied,
    weights,
    context,
    cache: rehearsal.cacheBytes,
    cacheFormat: rehearsal.cacheFormat,
    writing,
    poolLimit,
    resident,
    fits,
    explainable,
    explaining,
    beside: (bytes) => measure(rehearsal, weights, budget, bytes),
  };
}

/** The largest number up to `most` that fits, to within 3 %. */
async function longest(most: number, fits: (tokens: number) => Promise<boolean>): Promise<number> {
  if (await fits(most)) return most;
  let [low, high] = [0, most];
  while (high - low > Math.max(1, low / 32)) {
    const middle = Math.floor((low + high) / 2);
    if (await fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
