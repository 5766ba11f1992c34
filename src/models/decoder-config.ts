// config.json → DecoderConfig: what the decoder families read alike. A family adds its defaults and its own switches.
// Absent fields take the defaults of the family's configuration class in transformers.
import type { Rotation } from '../engine/ops.ts';
import { ConfigFields } from './config-fields.ts';
import { ignoredFields, neutralFields } from './known-fields.ts';
import type { JsonObject } from './model.ts';
import { readRotation } from './rotation.ts';

/** What distinguishes one family of decoders from another. */
export interface DecoderVariant {
  readonly queryKeyValueBias: boolean;
  readonly outputBias: boolean;
  /** RMSNorm on each head of queries and keys. */
  readonly queryKeyNorm: boolean;
  /** Sliding window of each layer; null = all earlier tokens. */
  readonly windows: readonly (number | null)[];
}

export interface DecoderConfig extends DecoderVariant {
  readonly architecture: string;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly contextLength: number;
  readonly normEpsilon: number;
  readonly rotation: Rotation;
  /** The head is the embedding table. */
  readonly tiedHead: boolean;
  readonly endOfText: readonly number[];
}

export interface DecoderFamily {
  /** As architectures[0] and model_type name it. */
  readonly architecture: string;
  readonly modelType: string;
  readonly defaults: { readonly contextLength: number; readonly keyValueHeads?: number; readonly headSize?: number };
  variant(fields: ConfigFields, layers: number): DecoderVariant;
}

export function readDecoderConfig(
  config: JsonObject,
  family: DecoderFamily,
): { config: DecoderConfig; warnings: string[] } {
  const fields = new ConfigFields(config);
  for (const [field, neutral, supported] of neutralFields)
    if (fields.value(field) !== null && !neutral.some((value) => value === fields.value(field)))
      fields.refuse(field, supported);
  fields.word('hidden_act', ['silu', 'swish'], 'silu');

  const hiddenSize = fields.size('hidden_size');
  const layers = fields.size('num_hidden_layers');
  const heads = fields.size('num_attention_heads');
  const headSize = readHeadSize(fields, family, hiddenSize, heads);
  const unknown: string[] = [];
  const read = {
    architecture: family.architecture,
    vocabularySize: fields.size('vocab_size'),
    hiddenSize,
    intermediateSize: fields.size('intermediate_size'),
    layers,
    heads,
    keyValueHeads: readKeyValueHeads(fields, family, heads),
    headSize,
    contextLength: fields.size('max_position_embeddings', family.defaults.contextLength),
    normEpsilon: fields.positive('rms_norm_eps', 1e-6),
    rotation: readRotation(fields, headSize, unknown),
    tiedHead: fields.flag('tie_word_embeddings', false),
    endOfText: readEndOfText(fields),
    ...family.variant(fields, layers),
  };
  unknown.unshift(...fields.unread().filter((field) => !ignoredFields.has(field)));
  const warnings = unknown.length
    ? [`config.json has fields this app does not know: ${unknown.join(', ')}; they were ignored.`]
    : [];
  return { config: read, warnings };
}

function readHeadSize(fields: ConfigFields, family: DecoderFamily, hiddenSize: number, heads: number): number {
  const fallback = fields.has('head_dim') ? undefined : family.defaults.headSize;
  const given = fallback !== undefined || fields.value('head_dim') !== null;
  if (!given && hiddenSize % heads !== 0)
    fields.reject('hidden_size', `a multiple of num_attention_heads, ${heads}, as head_dim is not given`);
  const headSize = given ? fields.size('head_dim', fallback) : hiddenSize / heads;
  if (headSize % 4 !== 0 || headSize > 256)
    fields.reject(given ? 'head_dim' : 'hidden_size', 'heads whose width is a multiple of 4, at most 256');
  return headSize;
}

function readKeyValueHeads(fields: ConfigFields, family: DecoderFamily, heads: number): number {
  const field = 'num_key_value_heads';
  // Written out as null it means "as many as query heads"; left out it means the family's default.
  const count = fields.size(field, fields.has(field) ? heads : (family.defaults.keyValueHeads ?? heads));
  if (heads % count !== 0)
    fields.reject(field, `a divisor of num_attention_heads, ${heads}${fields.has(field) ? '' : `, not ${count}`}`);
  return count;
}

function readEndOfText(fields: ConfigFields): number[] {
  const value = fields.value('eos_token_id');
  const ids: readonly unknown[] = value === null ? [] : Array.isArray(value) ? value : [value];
  const isId = (id: unknown): id is number => typeof id === 'number' && Number.isSafeInteger(id) && id >= 0;
  return ids.every(isId) ? [...ids] : fields.reject('eos_token_id', 'a token id or a list of token ids');
}
