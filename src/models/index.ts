// config.json → a model: the architecture's name picks the family. A new family is one line here.
import { AppError } from '../errors.ts';
import { readDecoderConfig, type DecoderFamily } from './decoder-config.ts';
import { decoder } from './decoder.ts';
import type { DecoderSpecs } from './decoder-weights.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import type { JsonObject, LanguageModel } from './model.ts';
import { qwen2 } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';

const families: readonly DecoderFamily[] = [llama, mistral, qwen2, qwen3];

/** Throws FormatError or UnsupportedError; warnings are sentences about what was ignored. */
export function readModel(config: JsonObject): { model: LanguageModel<DecoderSpecs>; warnings: string[] } {
  const family = pickFamily(config);
  const read = readDecoderConfig(config, family);
  const type = config['model_type'] ?? null;
  if (type !== null && type !== family.modelType)
    read.warnings.push(`config.json: model_type ${JSON.stringify(type)} was ignored; read as ${family.architecture}.`);
  return { model: decoder(read.config), warnings: read.warnings };
}

function pickFamily(config: JsonObject): DecoderFamily {
  const architectures = config['architectures'];
  const architecture: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  const [field, name] =
    architecture === undefined ? ['model_type', config['model_type']] : ['architectures[0]', architecture];
  const family = families.find(
    ({ architecture, modelType }) => name === (field === 'model_type' ? modelType : architecture),
  );
  if (family) return family;
  const supported = families.map(({ architecture }) => architecture).join(', ');
  if (typeof name === 'string')
    throw new AppError('UnsupportedError', `config.json: ${field} is "${name}". Supported: ${supported}.`);
  throw new AppError(
    'FormatError',
    `config.json: architectures and model_type are missing; expected one of ${supported}.`,
  );
}
