// A folder of files → a model on the GPU: config.json says which, the checkpoint has its weights.
import { AppError } from '../errors.ts';
import type { Gpu } from '../engine/gpu.ts';
import type { LoadedImageModel } from '../explain/explain-image.ts';
import { LoadedModel } from '../explain/loaded-model.ts';
import { openCheckpoint } from '../load/checkpoint.ts';
import { readJson } from '../load/json.ts';
import type { Source } from '../load/source.ts';
import type { ImageMemoryPlan } from '../memory/image-plan.ts';
import type { MemoryPlan } from '../memory/memory-plan.ts';
import { readModel } from '../models/index.ts';
import type { JsonObject } from '../models/model.ts';
import { describesImages, readImageModel } from '../models/vit-read.ts';
import type { Recipe } from '../quantise/recipes.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { admitImageModel, admitLanguageModel, type Room } from './admit-model.ts';
import { findWeights, uploadWeights, type FoundWeights } from './open-weights.ts';
import type { Job, LoadProgress } from './session.ts';

type Facts = Pick<FoundWeights, 'parameters' | 'format' | 'warnings'>;

export interface OpenedLanguageModel extends Facts {
  readonly kind: 'language';
  readonly loaded: LoadedModel;
  /** null where nobody asked for one. */
  readonly plan: MemoryPlan | null;
  readonly endOfText: readonly number[];
  /** null where there is no tokenizer.json. */
  readonly tokenizer: Tokenizer | null;
}

export interface OpenedImageModel extends Facts {
  readonly kind: 'image';
  readonly loaded: LoadedImageModel;
  readonly plan: ImageMemoryPlan | null;
  /** One for every class. */
  readonly labels: readonly string[];
}

export type OpenedModel = OpenedLanguageModel | OpenedImageModel;

/**
 * Weights are quantised by the recipe, or stay exactly as they are stored where it is null. Where a room is given, a
 * model that does not fit into it is refused before its weights are read.
 */
export async function openModel(
  gpu: Gpu,
  source: Source,
  job: Job<LoadProgress>,
  recipe: Recipe | null = null,
  room: Room | null = null,
): Promise<OpenedModel> {
  const config = await readConfig(source, job.signal);
  return (describesImages(config) ? openImageModel : openLanguageModel)(gpu, source, config, job, recipe, room);
}

async function openLanguageModel(
  gpu: Gpu,
  source: Source,
  config: JsonObject,
  job: Job<LoadProgress>,
  recipe: Recipe | null,
  room: Room | null,
): Promise<OpenedLanguageModel> {
  const { model, warnings } = readModel(config);
  const tokenizer = await loadTokenizer(source, job.signal);
  const checkpoint = await openCheckpoint(source, job.signal);
  const generation = await readJson(source, 'generation_config.json', job.signal);
  const found = await findWeights(model.weights, checkpoint, recipe, job.signal);
  const plan = room && (await admitLanguageModel(room, model, found));
  const store = await uploadWeights(gpu, found, job);
  return {
    ...factsOf(found, warnings),
    kind: 'language',
    loaded: new LoadedModel(gpu, model, store, plan?.cache),
    plan,
    tokenizer,
    endOfText: [...new Set([...model.endOfText, ...endOfText(generation)])],
  };
}

async function openImageModel(
  gpu: Gpu,
  source: Source,
  config: JsonObject,
  job: Job<LoadProgress>,
  recipe: Recipe | null,
  room: Room | null,
): Promise<OpenedImageModel> {
  const checkpoint = await openCheckpoint(source, job.signal);
  const processor = await readJson(source, 'preprocessor_config.json', job.signal);
  const { model, warnings } = readImageModel({ config, processor, tensors: checkpoint.tensors.keys() });
  const named = model.labels ?? (await readLabels(source, job.signal));
  const found = await findWeights(model.weights, checkpoint, recipe, job.signal);
  const plan = room && (await admitImageModel(room, model, found));
  const store = await uploadWeights(gpu, found, job);
  return {
    ...factsOf(found, warnings),
    kind: 'image',
    loaded: { gpu, model, weights: store },
    plan,
    labels: Array.from({ length: model.classes }, (_, id) => named[id] ?? `class ${id}`),
  };
}

const factsOf = (found: FoundWeights, warnings: readonly string[]): Facts => ({
  parameters: found.parameters,
  format: found.format,
  warnings: [...warnings, ...found.warnings],
});

/** labels.txt beside the weights, one label a line; timm's models come without labels. */
async function readLabels(source: Source, signal?: AbortSignal): Promise<string[]> {
  const file = await source.open('labels.txt', signal);
  if (!file) return [];
  const lines = new TextDecoder().decode(await file.read(0, file.size, signal)).split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

async function readConfig(source: Source, signal?: AbortSignal): Promise<JsonObject> {
  const config = await readJson(source, 'config.json', signal);
  if (config) return config;
  throw new AppError(
    'SourceError',
    `${source.name}: there is no config.json. Choose the folder that holds config.json and the safetensors files.`,
  );
}

function endOfText(generation: JsonObject | null): number[] {
  const ids = generation?.['eos_token_id'];
  return (Array.isArray(ids) ? ids : [ids]).filter((id): id is number => Number.isInteger(id));
}
