// A folder of files → a model on the GPU: config.json says which, the checkpoint has its weights.
import { AppError } from '../errors.ts';
import type { Gpu } from '../engine/gpu.ts';
import type { LoadedImageModel } from '../explain/explain-image.ts';
import { LoadedModel } from '../explain/loaded-model.ts';
import { openCheckpoint } from '../load/checkpoint.ts';
import { readJson } from '../load/json.ts';
import type { Source } from '../load/source.ts';
import { readModel } from '../models/index.ts';
import type { JsonObject } from '../models/model.ts';
import { describesImages, readImageModel } from '../models/vit-read.ts';
import { openWeights, type OpenedWeights } from './open-weights.ts';
import type { Job, LoadProgress } from './session.ts';

type Facts = Omit<OpenedWeights, 'store'>;

export interface OpenedModel extends Facts {
  readonly loaded: LoadedModel;
  readonly endOfText: readonly number[];
}

export interface OpenedImageModel extends Facts {
  readonly loaded: LoadedImageModel;
  /** One for every class. */
  readonly labels: readonly string[];
}

export async function openModel(gpu: Gpu, source: Source, job: Job<LoadProgress>): Promise<OpenedModel> {
  const { model, warnings } = readModel(await readConfig(source, job.signal));
  const checkpoint = await openCheckpoint(source, job.signal);
  const { store, ...facts } = await openWeights(gpu, model.weights, checkpoint, job);
  const generation = await readJson(source, 'generation_config.json', job.signal);
  return {
    ...facts,
    loaded: new LoadedModel(gpu, model, store),
    endOfText: [...new Set([...model.endOfText, ...endOfText(generation)])],
    warnings: [...warnings, ...facts.warnings],
  };
}

export async function openImageModel(gpu: Gpu, source: Source, job: Job<LoadProgress>): Promise<OpenedImageModel> {
  const config = await readConfig(source, job.signal);
  if (!describesImages(config)) {
    const stated = JSON.stringify(config['architectures'] ?? config['model_type'] ?? null);
    throw new AppError('UnsupportedError', `config.json: ${stated} is no image classifier. Give a vision transformer.`);
  }
  const checkpoint = await openCheckpoint(source, job.signal);
  const processor = await readJson(source, 'preprocessor_config.json', job.signal);
  const { model, warnings } = readImageModel({ config, processor, tensors: checkpoint.tensors.keys() });
  const { store, ...facts } = await openWeights(gpu, model.weights, checkpoint, job);
  const named = model.labels ?? (await readLabels(source, job.signal));
  return {
    ...facts,
    loaded: { gpu, model, weights: store },
    labels: Array.from({ length: model.classes }, (_, id) => named[id] ?? `class ${id}`),
    warnings: [...warnings, ...facts.warnings],
  };
}

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
