// Inverse frequencies of rotary embedding, read from either spelling of config.json: rope_theta + rope_scaling, or
// the rope_parameters of transformers 5. Where both are given they have to agree.
//   default  f_i = theta^(−2i / headSize)                                          (RoFormer, arXiv 2104.09864)
//   linear   f_i / factor: position interpolation                                  (arXiv 2306.15595)
//   llama3   long waves as linear, short waves untouched, a ramp between           (Meta's Llama 3.1 reference code)
import type { Rotation } from '../engine/ops.ts';
import type { ConfigFields } from './config-fields.ts';

const defaultTheta = 10000;
const scalingTypes = ['default', 'linear', 'llama3'] as const;
const scalingFields = ['factor', 'low_freq_factor', 'high_freq_factor', 'original_max_position_embeddings'] as const;

/** Reads the rotation, and adds the fields inside rope objects that nobody read to unknown. */
export function readRotation(config: ConfigFields, headSize: number, unknown: string[]): Rotation {
  const candidates = (['rope_parameters', 'rope_scaling'] as const).filter((field) => config.value(field) !== null);
  const field = candidates[0] ?? 'rope_scaling';
  if (candidates.length === 2) checkAgreement(config);
  const scaling = config.object(field);
  const theta = readTheta(config, scaling, field);
  const plain = Float64Array.from({ length: headSize / 2 }, (_, index) => theta ** ((-2 * index) / headSize));
  if (config.value('partial_rotary_factor') !== null && config.value('partial_rotary_factor') !== 1)
    config.refuse('partial_rotary_factor', '1 (every column of a head is rotated)');
  if (!scaling) return { headSize, inverseFrequencies: plain };

  if (scaling.has('full_attention') || scaling.has('sliding_attention'))
    config.refuse(field, 'one set of rope parameters for all layers');
  const partial = scaling.value('partial_rotary_factor');
  if (partial !== null && partial !== 1)
    scaling.refuse('partial_rotary_factor', '1 (every column of a head is rotated)');
  const inverseFrequencies = scale(plain, scaling);
  // transformers 5 stores the context length of the unscaled model for the other types too, where it has no effect.
  scaling.value('original_max_position_embeddings');
  unknown.push(...scaling.unread());
  return { headSize, inverseFrequencies };
}

function readTheta(config: ConfigFields, scaling: ConfigFields | null, field: string): number {
  const outer = config.value('rope_theta') === null ? null : config.positive('rope_theta');
  const inner = !scaling || scaling.value('rope_theta') === null ? null : scaling.positive('rope_theta');
  if (outer !== null && inner !== null && outer !== inner)
    config.reject('rope_theta', `${inner}, the rope_theta inside ${field}`);
  return inner ?? outer ?? defaultTheta;
}

/** Type of the scaling under its new name (rope_type) or its old one (type). */
function readType(scaling: ConfigFields): (typeof scalingTypes)[number] {
  if (scaling.value('rope_type') === null) return scaling.word('type', scalingTypes, 'default');
  const type = scaling.word('rope_type', scalingTypes, 'default');
  if (scaling.value('type') !== null && scaling.value('type') !== type)
    scaling.reject('type', `"${type}" as in rope_type`);
  return type;
}

function checkAgreement(config: ConfigFields): void {
  const [now, before] = [config.object('rope_parameters'), config.object('rope_scaling')];
  if (!now || !before) return;
  const theta = now.value('rope_theta');
  const differs =
    readType(now) !== readType(before) ||
    (before.value('rope_theta') ?? theta) !== theta ||
    scalingFields.some((field) => now.value(field) !== before.value(field));
  if (differs) config.reject('rope_scaling', 'the same scaling as in rope_parameters');
}

function scale(plain: Float64Array, scaling: ConfigFields): Float64Array {
  const type = readType(scaling);
  if (type === 'default') {
    // A factor beside type "default" has no effect in transformers.
    scaling.value('factor');
    return plain;
  }
  const factor = scaling.positive('factor');
  if (type === 'linear') return plain.map((frequency) => frequency / factor);
  const low = scaling.positive('low_freq_factor');
  const high = scaling.positive('high_freq_factor');
  if (high <= low) scaling.reject('high_freq_factor', `more than low_freq_factor, ${low}`);
  const length = scaling.size('original_max_position_embeddings');
  return plain.map((frequency) => {
    // Turns of this wave within the original context: below low fully interpolated, above high untouched.
    const turns = (length * frequency) / (2 * Math.PI);
    const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return frequency * (kept + (1 - kept) / factor);
  });
}
