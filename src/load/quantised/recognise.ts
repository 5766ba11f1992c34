// Whether and how a checkpoint is quantised: by config.json, else by the quantiser's own file, else by the names and
// shapes of the tensors. A scheme we do not read is refused by name.
import { ConfigFields } from '../../models/config-fields.ts';
import type { JsonObject } from '../../models/model.ts';
import { readJson } from '../json.ts';
import type { Source } from '../source.ts';
import type { StoredTensor } from '../stored-tensor.ts';
import { awqScheme } from './awq.ts';
import { bitsandbytesScheme } from './bitsandbytes.ts';
import { readCompressedConfig } from './compressed-settings.ts';
import { compressedScheme } from './compressed-tensors.ts';
import { compareSettings } from './compare-settings.ts';
import { gptqScheme } from './gptq.ts';
import { readGptqSettings } from './gptq-settings.ts';
import { mlxScheme } from './mlx.ts';
import type { QuantisedScheme } from './module.ts';

export type Tensors = ReadonlyMap<string, StoredTensor>;
type ReadScheme = (fields: ConfigFields, file: string) => QuantisedScheme;

const methods: Readonly<Record<string, ReadScheme>> = {
  gptq: (fields, file) => gptqScheme(readGptqSettings(fields, file), file),
  awq: awqScheme,
  'compressed-tensors': (fields, file) => compressedScheme(readCompressedConfig(fields, file), file),
  bitsandbytes: (_fields, file) => bitsandbytesScheme(file),
  metal: (fields, file) => mlxScheme(fields, file, 'qbiases'),
};
const supported = `${Object.keys(methods).join(', ')}; and MLX, which config.json says in "quantization"`;

/** null where nothing points to a quantised checkpoint. */
export async function recogniseQuantisation(
  source: Source,
  tensors: Tensors,
  signal?: AbortSignal,
): Promise<QuantisedScheme | null> {
  const config = await readJson(source, 'config.json', signal);
  const fields = new ConfigFields(config ?? {});
  const mlx = fields.object('quantization');
  if (mlx) return mlxScheme(mlx, 'config.json', 'biases');
  const stated = fields.object('quantization_config');
  const method = stated && methodOf(stated);
  const [own, file] = hasPackedNames(tensors) ? await readOwnFile(source, signal) : [null, ''];
  if (stated) {
    if (own) compareSettings(stated, 'config.json', own, file);
    return methods[method!]!(stated, 'config.json');
  }
  if (own) return methods[methodOfFile(own)]!(own, file);
  return schemeOfNames(tensors);
}

/** The method that quantization_config names. Throws UnsupportedError for one we do not read. */
function methodOf(fields: ConfigFields): string {
  const field = fields.value('quant_method') === null && fields.value('method') !== null ? 'method' : 'quant_method';
  const stated = fields.value(field);
  // Files of bitsandbytes' first year name no method.
  if (stated === null && (fields.value('load_in_4bit') === true || fields.value('load_in_8bit') === true))
    return 'bitsandbytes';
  const name = typeof stated === 'string' ? stated.toLowerCase() : fields.reject(field, `one of ${supported}`);
  return Object.hasOwn(methods, name) ? name : fields.refuse(field, supported);
}

/** quantize_config.json and quant_config.json are written by AutoGPTQ, GPTQModel and AutoAWQ only. */
function methodOfFile(fields: ConfigFields): string {
  if (fields.value('quant_method') !== null || fields.value('method') !== null) return methodOf(fields);
  return ['w_bit', 'q_group_size', 'version'].some((field) => fields.value(field) !== null) ? 'awq' : 'gptq';
}

async function readOwnFile(source: Source, signal?: AbortSignal): Promise<[fields: ConfigFields | null, file: string]> {
  for (const file of ['quantize_config.json', 'quant_config.json']) {
    const object: JsonObject | null = await readJson(source, file, signal);
    if (object) return [new ConfigFields(object, '', file), file];
  }
  return [null, ''];
}

const hasPackedNames = (tensors: Tensors): boolean => [...tensors.keys()].some((name) => name.endsWith('.qweight'));

/** What names and shapes alone tell. */
function schemeOfNames(tensors: Tensors): QuantisedScheme | null {
  const origin = 'the names of its tensors';
  const nothing = new ConfigFields({});
  for (const [name, { shape }] of tensors) {
    if (name.endsWith('.weight_packed')) return methods['compressed-tensors']!(nothing, origin);
    if (!name.endsWith('.qweight')) continue;
    const base = name.slice(0, -'.qweight'.length);
    const outputs = tensors.get(`${base}.scales`)?.shape[1];
    if (tensors.has(`${base}.g_idx`) || shape[1] === outputs) return methods['gptq']!(nothing, origin);
    if (shape[1]! * 8 === outputs) return methods['awq']!(nothing, origin);
  }
  return null;
}
