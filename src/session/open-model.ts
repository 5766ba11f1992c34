// A folder of files → a model on the GPU: config.json says which, the checkpoint has its weights.
import type { Gpu } from '../engine/gpu.ts';
import type { CacheFormat } from '../engine/key-value-cache.ts';
import type { LoadedImageModel } from '../explain/explain-image.ts';
import { LoadedModel } from '../explain/loaded-model.ts';
import type { WeightStore } from '../explain/weight-store.ts';
import { readJson } from '../load/json.ts';
import type { Source } from '../load/source.ts';
import type { ImageMemoryPlan } from '../memory/image-plan.ts';
import type { MemoryPlan } from '../memory/memory-plan.ts';
import type { JsonObject } from '../models/model.ts';
import type { Recipe } from '../quantise/recipes.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { admitImageModel, admitLanguageModel } from './admit-model.ts';
import { classLabels } from './class-labels.ts';
import type { Conversion } from './converted-weights.ts';
import { describeModel } from './describe-model.ts';
import { uploadWeights, type FoundWeights } from './open-weights.ts';
import { recordConversion } from './record-conversion.ts';
import { emptyRoom, type Room } from './room.ts';
import type { Job, LoadProgress } from './session.ts';

type Facts = Pick<FoundWeights, 'parameters' | 'format' | 'warnings' | 'converted'>;

export interface OpenedLanguageModel extends Facts {
  readonly kind: 'language';
  readonly loaded: LoadedModel;
  readonly plan: MemoryPlan;
  readonly endOfText: readonly number[];
  /** null where there is no tokenizer.json. */
  readonly tokenizer: Tokenizer | null;
}

export interface OpenedImageModel extends Facts {
  readonly kind: 'image';
  readonly loaded: LoadedImageModel;
  readonly plan: ImageMemoryPlan;
  /** One for every class. */
  readonly labels: readonly string[];
}

export type OpenedModel = OpenedLanguageModel | OpenedImageModel;

export interface OpenOptions {
  /** What a model may take; one that does not fit is refused before its weights are read. */
  readonly room?: Room;
  /** Where converted weights are kept and found again. */
  readonly conversion?: Conversion | null;
  /** Of a language model's keys and values. */
  readonly cacheFormat?: CacheFormat | undefined;
}

/** Weights are quantised by the recipe, or stay exactly as they are stored where it is null. */
export async function openModel(
  gpu: Gpu,
  source: Source,
  job: Job<LoadProgress>,
  recipe: Recipe | null = null,
  { room = emptyRoom(gpu), conversion = null, cacheFormat }: OpenOptions = {},
): Promise<OpenedModel> {
  const described = await describeModel(source, recipe, conversion, job.signal);
  const { kind, model, warnings } = described;
  if (kind === 'image') {
    const named = await classLabels(model, source, job.signal);
    const found = await described.findWeights();
    const plan = await admitImageModel(room, model, found);
    const { store, facts } = await fetchWeights(
      gpu,
      model.weights,
      found,
      conversion,
      [...warnings, ...named.warnings],
      job,
    );
    return { ...facts, kind, loaded: { gpu, model, weights: store }, plan, labels: named.labels };
  }
  const tokenizer = await loadTokenizer(source, job.signal);
  const generation = await readJson(source, 'generation_config.json', job.signal);
  const found = await described.findWeights();
  const plan = await admitLanguageModel(room, model, found, cacheFormat);
  const { store, facts } = await fetchWeights(gpu, model.weights, found, conversion, warnings, job);
  return {
    ...facts,
    kind,
    loaded: new LoadedModel(gpu, model, store, plan?.cache, cacheFormat),
    plan,
    tokenizer,
    endOfText: [...new Set([...model.endOfText, ...endOfText(generation)])],
  };
}

/** To the GPU; what is converted on the way is kept where that is possible. */
async function fetchWeights(
  gpu: Gpu,
  tree: unknown,
  found: FoundWeights,
  conversion: Conversion | null,
  warnings: readonly string[],
  job: Job<LoadProgress>,
): Promise<{ readonly store: WeightStore; readonly facts: Facts }> {
  const { parameters, format, converted } = found;
  const recording = conversion && (await recordConversion(found, conversion));
  let store: WeightStore | null = null;
  try {
    const notice = converted > 0 ? `Converting to ${format}.` : null;
    store = await uploadWeights(gpu, tree, recording ?? found, job, notice);
    const notKept = (await recording?.finish()) ?? [];
    return { store, facts: { parameters, format, converted, warnings: [...warnings, ...found.warnings, ...notKept] } };
  } catch (error) {
    store?.destroy();
    await recording?.abort();
    throw error;
  }
}

function endOfText(generation: JsonObject | null): number[] {
  const ids = generation?.['eos_token_id'];
  return (Array.isArray(ids) ? ids : [ids]).filter((id): id is number => Number.isInteger(id));
}
