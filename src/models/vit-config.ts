// What a vision transformer is, as a configuration tells it, and the configuration of transformers (ViTConfig,
// DeiTConfig; absent fields take their defaults). The one of timm and torchvision is read in vit-config-timm.ts.
import type { GeluKind } from '../engine/ops.ts';
import { isObject, type ConfigFields } from './config-fields.ts';
import type { ImageModel, Json } from './model.ts';

export interface VitConfig extends Pick<
  ImageModel,
  'architecture' | 'image' | 'patchSize' | 'hiddenSize' | 'layers' | 'classes' | 'labels'
> {
  readonly intermediateSize: number;
  readonly heads: number;
  /** null: the default of the library whose names the checkpoint has. */
  readonly normEpsilon: number | null;
  readonly gelu: GeluKind;
  /** What the head reads: the class token, or the mean of the patches. */
  readonly pool: 'class' | 'mean';
  /** null: as the checkpoint has it. */
  readonly queryKeyValueBias: boolean | null;
}

const gelus: Record<string, GeluKind> = {
  gelu: 'erf',
  gelu_python: 'erf',
  gelu_new: 'tanh',
  gelu_fast: 'tanh',
  gelu_pytorch_tanh: 'tanh',
  gelu_tanh: 'tanh',
};

/** Field, values that change nothing (null always is one), and what is supported instead. */
const neutralFields: readonly (readonly [field: string, neutral: readonly Json[], supported: string])[] = [
  ['quantization_config', [], 'checkpoints in F32, F16 or BF16'],
  ['interpolate_pos_encoding', [false], 'images of the size that the positions were trained on'],
  ['use_absolute_position_embeddings', [true], 'learned positions that are added once'],
  ['use_relative_position_bias', [false], 'learned positions that are added once'],
  ['use_shared_relative_position_bias', [false], 'learned positions that are added once'],
  ['num_register_tokens', [0], 'models without register tokens'],
  ['layerscale_value', [], 'models without LayerScale'],
  ['layer_scale_init_value', [0], 'models without LayerScale'],
  ['use_swiglu_ffn', [false], 'feed-forward layers of two matrices with GELU between'],
  ['use_mean_pooling', [false], 'the class token as what the head reads'],
  ['use_qk_norm', [false], 'queries and keys as they are'],
];

export function readTransformersConfig(fields: ConfigFields, architecture: string): VitConfig {
  refuseAll(fields, neutralFields);
  const hiddenSize = fields.size('hidden_size', 768);
  const [height, width] = readPair(fields, 'image_size', [224, 224]);
  const labels = readLabels(fields);
  return {
    architecture,
    image: { channels: fields.size('num_channels', 3), height, width },
    patchSize: readPatchSize(fields, 'patch_size', [16, 16], [height, width]),
    hiddenSize,
    intermediateSize: fields.size('intermediate_size', 3072),
    layers: fields.size('num_hidden_layers', 12),
    heads: readHeads(fields, 'num_attention_heads', 12, hiddenSize),
    normEpsilon: fields.value('layer_norm_eps') === null ? null : fields.positive('layer_norm_eps'),
    gelu: readGelu(fields, 'hidden_act'),
    pool: 'class',
    queryKeyValueBias: fields.value('qkv_bias') === null ? null : fields.flag('qkv_bias', true),
    classes: labels?.length ?? fields.size('num_labels'),
    labels,
  };
}

export function refuseAll(fields: ConfigFields, neutral: typeof neutralFields): void {
  for (const [field, values, supported] of neutral) {
    const stated = fields.value(field);
    if (stated !== null && !values.some((value) => value === stated)) fields.refuse(field, supported);
  }
}

export function readGelu(fields: ConfigFields, field: string): GeluKind {
  return gelus[fields.word(field, Object.keys(gelus), 'gelu')]!;
}

export function readHeads(fields: ConfigFields, field: string, absent: number | undefined, width: number): number {
  const heads = fields.size(field, absent);
  return width % heads === 0 ? heads : fields.reject(field, `a divisor of the width ${width}`);
}

/** Height and width, which one number gives for both. */
export function readPair(fields: ConfigFields, field: string, absent?: readonly [number, number]): [number, number] {
  const value = fields.value(field) ?? absent ?? null;
  const pair: readonly unknown[] = Array.isArray(value) ? value : [value, value];
  const isSize = (size: unknown): size is number => typeof size === 'number' && Number.isSafeInteger(size) && size > 0;
  const [height, width] = pair;
  return pair.length === 2 && isSize(height) && isSize(width)
    ? [height, width]
    : fields.reject(field, 'a positive integer, or height and width');
}

export function readPatchSize(
  fields: ConfigFields,
  field: string,
  absent: readonly [number, number] | undefined,
  [height, width]: readonly [number, number],
): number {
  const [size, other] = readPair(fields, field, absent);
  if (size !== other) fields.refuse(field, 'square patches');
  if (height % size !== 0 || width % size !== 0)
    fields.reject(field, `a divisor of the image's height ${height} and width ${width}`);
  return size;
}

/** id2label, whose keys are "0" to the last class. */
function readLabels(fields: ConfigFields): string[] | null {
  const table = fields.value('id2label');
  if (table === null) return null;
  if (!isObject(table)) return fields.reject('id2label', 'an object from class numbers to labels');
  const count = Object.keys(table).length;
  const labels = Array.from({ length: count }, (_, id) => table[String(id)]);
  const isLabel = (label: Json | undefined): label is string => typeof label === 'string';
  return count > 0 && labels.every(isLabel)
    ? labels
    : fields.reject('id2label', `a label for each of the class numbers 0 to ${Math.max(count - 1, 0)}`);
}
