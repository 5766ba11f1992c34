// What a folder holds, told without its weights: config.json says which model, the headers of its tensors the rest.
import { AppError } from '../errors.ts';
import { readJson } from '../load/json.ts';
import type { Source } from '../load/source.ts';
import { readModel } from '../models/index.ts';
import type { ImageModel, JsonObject, LanguageModel } from '../models/model.ts';
import { describesImages, readImageModel } from '../models/vit-read.ts';
import type { Recipe } from '../quantise/recipes.ts';
import { openWeights, type Conversion } from './converted-weights.ts';
import type { FoundWeights } from './open-weights.ts';

export type Described = (
  { readonly kind: 'language'; readonly model: LanguageModel } | { readonly kind: 'image'; readonly model: ImageModel }
) & {
  readonly warnings: readonly string[];
  findWeights(): Promise<FoundWeights>;
};

/** Weights are quantised by the recipe, or stay exactly as they are stored where it is null. */
export async function describeModel(
  source: Source,
  recipe: Recipe | null,
  conversion: Conversion | null,
  signal?: AbortSignal,
): Promise<Described> {
  const config = await readConfig(source, signal);
  if (!describesImages(config)) {
    const { model, warnings } = readModel(config);
    const weights = await openWeights(source, recipe, conversion, signal);
    const found = (): Promise<FoundWeights> => weights.find(model.weights);
    return { kind: 'language', model, warnings: [...warnings, ...weights.warnings], findWeights: found };
  }
  const weights = await openWeights(source, recipe, conversion, signal);
  const processor = await readJson(source, 'preprocessor_config.json', signal);
  const { model, warnings } = readImageModel({ config, processor, tensors: weights.names });
  const found = (): Promise<FoundWeights> => weights.find(model.weights);
  return { kind: 'image', model, warnings: [...warnings, ...weights.warnings], findWeights: found };
}

async function readConfig(source: Source, signal?: AbortSignal): Promise<JsonObject> {
  const config = await readJson(source, 'config.json', signal);
  if (config) return config;
  throw new AppError(
    'SourceError',
    `${source.name}: there is no config.json. Choose the folder that holds config.json and the safetensors files.`,
  );
}
