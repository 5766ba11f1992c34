// What quantising costs a model: its logits at every position of the greedy text it writes as stored, compared with
// those of each recipe.
import { AppError } from '../errors.ts';
import { Gpu } from '../engine/gpu.ts';
import { Generator } from '../generate/generator.ts';
import { logitsOfText } from '../generate/logits.ts';
import type { Source } from '../load/source.ts';
import { otherRecipes, recipes, type Recipe } from '../quantise/recipes.ts';
import type { Platform } from './platform.ts';
import { openModel, type OpenedLanguageModel } from './open-model.ts';
import { greedy, type Job } from './session.ts';

export interface QuantisationQuality {
  /** 'as stored', or a recipe's. */
  readonly name: string;
  readonly format: string;
  readonly weightBytes: number;
  /** Mean and least cosine between its logits and those of the model as stored, over the positions. */
  readonly cosine: number;
  readonly leastCosine: number;
  /** Share of the positions at which the likeliest token is the same. */
  readonly sameToken: number;
}

export interface QualityRequest {
  /** The text begins with these; null: with what the tokenizer puts before every text. */
  readonly ids: readonly number[] | null;
  /** Positions to compare. */
  readonly tokens: number;
}

/** On a device of its own. */
export async function measureQuality(
  adapter: Platform['gpu'],
  source: Source,
  request: QualityRequest,
  job: Job<string>,
): Promise<readonly QuantisationQuality[]> {
  const gpu = await Gpu.create(await adapter());
  try {
    return await quantisationQuality(gpu, source, request, job);
  } finally {
    gpu.destroy();
  }
}

/** Progress is told by the name of what is measured. */
export async function quantisationQuality(
  gpu: Gpu,
  source: Source,
  request: QualityRequest,
  { signal, onProgress = () => {} }: Job<string>,
): Promise<readonly QuantisationQuality[]> {
  const job = signal ? { signal } : {};
  const compared: Readonly<Record<string, Recipe | null>> = { 'as stored': null, ...recipes, ...otherRecipes };
  const results: QuantisationQuality[] = [];
  let ids: readonly number[] = [];
  const reference: Float32Array[] = [];
  for (const [name, recipe] of Object.entries(compared)) {
    if (name === 'none') continue;
    onProgress(name);
    const opened = await openModel(gpu, source, job, recipe);
    if (opened.kind !== 'language') {
      opened.loaded.weights.destroy();
      throw new AppError('UsageError', `${source.name} holds an image classifier. Give a language model.`);
    }
    try {
      if (recipe === null) ids = await greedyText(opened, request, signal);
      const cosines: number[] = [];
      let same = 0;
      const compare = (logits: Float32Array<ArrayBuffer>, position: number): void => {
        if (recipe === null) reference.push(logits);
        const expected = reference[position]!;
        cosines.push(cosine(logits, expected));
        if (likeliest(logits) === likeliest(expected)) same++;
      };
      await logitsOfText(opened.loaded, ids, compare, signal);
      results.push({
        name,
        format: opened.format,
        weightBytes: opened.loaded.weightBytes,
        cosine: cosines.reduce((sum, value) => sum + value, 0) / cosines.length,
        leastCosine: Math.min(...cosines),
        sameToken: same / cosines.length,
      });
    } finally {
      opened.loaded.destroy();
    }
  }
  return results;
}

async function greedyText(
  { loaded, tokenizer }: OpenedLanguageModel,
  { ids, tokens }: QualityRequest,
  signal?: AbortSignal,
): Promise<readonly number[]> {
  const special = tokenizer?.encode('').map(({ id }) => id) ?? [];
  const first = ids ?? (special.length > 0 ? special : [0]);
  const positions = Math.min(tokens, loaded.context);
  const generator = new Generator(loaded);
  try {
    const maxTokens = Math.max(0, positions - first.length);
    const written = await generator.generate({ ids: first, maxTokens, sampling: greedy, endOfText: [], signal });
    return [...first, ...written.ids].slice(0, positions);
  } finally {
    generator.destroy();
  }
}

/** Of two vectors of one length, in float64. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [product, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    squareA += a[i]! ** 2;
    squareB += b[i]! ** 2;
  }
  return product / Math.sqrt(squareA * squareB);
}

const likeliest = (logits: Float32Array): number =>
  logits.reduce((best, value, id) => (value > logits[best]! ? id : best), 0);
