// What config.json says of a compressed-tensors checkpoint: groups of modules with the arguments of their weights.
import { AppError } from '../../errors.ts';
import type { ConfigFields } from '../../models/config-fields.ts';
import { readGroupSize } from './gptq-settings.ts';
import { matcher } from './patterns.ts';

export interface CompressedSettings {
  /** null: as the shapes tell. */
  readonly bits: 4 | 8 | null;
  /** What a scale is for; null = as the shapes tell. */
  readonly strategy: 'group' | 'channel' | 'tensor' | null;
  /** Columns of a group; null = the whole row, undefined = as the shapes tell. */
  readonly group: number | null | undefined;
  readonly symmetric: boolean;
}

interface ModuleGroup {
  readonly targets: readonly string[];
  readonly settings: CompressedSettings;
  readonly roundsActivations: boolean;
}

const formats = ['pack-quantized', 'int-quantized', 'naive-quantized'] as const;
const strategies = ['group', 'channel', 'tensor'] as const;

/** Groups that are named instead of written out: bits of weights, symmetric, activations rounded at run time. */
const presets: Readonly<Record<string, readonly [bits: 4 | 8, symmetric: boolean, roundsActivations: boolean]>> = {
  W8A16: [8, true, false],
  W4A16: [4, true, false],
  W4A16_ASYM: [4, false, false],
  W8A8: [8, true, true],
  INT8: [8, true, true],
  W4A8: [4, true, true],
  W4AFP8: [4, true, true],
};

export interface CompressedConfig {
  settingsOf(base: string): CompressedSettings;
  readonly warnings: readonly string[];
}

/** Throws UnsupportedError by name for what is no integer format of this family. */
export function readCompressedConfig(fields: ConfigFields, file: string): CompressedConfig {
  const format = fields.word('format', [...formats, 'mixed-precision'], 'pack-quantized');
  fields.object('sparsity_config')?.word('format', ['dense'], 'dense');
  if ((fields.object('transform_config')?.object('config_groups')?.names().length ?? 0) > 0)
    fields.refuse('transform_config', 'checkpoints whose activations are not transformed');
  const stated = fields.object('config_groups');
  const groups = (stated?.names() ?? []).flatMap((name) => readGroup(stated!, name, format === 'mixed-precision'));
  const warnings: string[] = [];
  if (groups.some(({ roundsActivations }) => roundsActivations))
    warnings.push(
      'This checkpoint is meant to run with activations rounded to a few bits. Here they are computed exactly, so logits differ ' +
        'a little from those of other programs.',
    );
  if (fields.value('kv_cache_scheme') !== null)
    warnings.push('This checkpoint is meant to run with rounded keys and values. Here they are computed exactly.');
  return { settingsOf: (base) => pick(groups, base, file), warnings };
}

function readGroup(groups: ConfigFields, name: string, mixed: boolean): ModuleGroup[] {
  const value = groups.value(name);
  if (Array.isArray(value)) {
    const preset = presets[name.toUpperCase()];
    if (preset === undefined) return groups.refuse(name, Object.keys(presets).join(', '));
    const [bits, symmetric, roundsActivations] = preset;
    const settings = { bits, symmetric, strategy: null, group: undefined };
    return [{ targets: readTargets(groups, name), settings, roundsActivations }];
  }
  const fields = groups.object(name)!;
  const weights = fields.object('weights');
  if (weights === null) return [];
  if (mixed || fields.value('format') !== null) fields.word('format', formats, 'pack-quantized');
  const roundsActivations = fields.value('input_activations') !== null || fields.value('output_activations') !== null;
  return [{ targets: readTargets(fields, 'targets'), settings: readArguments(weights), roundsActivations }];
}

function readArguments(fields: ConfigFields): CompressedSettings {
  fields.word('type', ['int'], 'int');
  fields.flag('dynamic', false);
  const bits = fields.size('num_bits', 8);
  if (bits !== 4 && bits !== 8) return fields.refuse('num_bits', '4, 8');
  const group = readGroupSize(fields, 'group_size', undefined);
  const implied = group === undefined ? 'tensor' : group === null ? 'channel' : 'group';
  const strategy = fields.word('strategy', strategies, implied);
  if (strategy === 'group' && !group) fields.reject('group_size', 'a positive integer, as the strategy is "group"');
  return { bits, strategy, group: strategy === 'group' ? group : null, symmetric: fields.flag('symmetric', true) };
}

function readTargets(fields: ConfigFields, field: string): readonly string[] {
  const targets: unknown = fields.value(field);
  const areNames = Array.isArray(targets) && targets.every((target) => typeof target === 'string');
  return areNames ? (targets as string[]) : fields.reject(field, 'a list of module names');
}

/** A module's own name counts before a pattern, and a pattern before its class. */
function pick(groups: readonly ModuleGroup[], base: string, file: string): CompressedSettings {
  if (groups.length === 0) return { bits: null, strategy: null, group: undefined, symmetric: true };
  const targeted = (matches: (target: string) => boolean) => groups.find(({ targets }) => targets.some(matches));
  const found =
    targeted((target) => target === base) ??
    targeted((target) => target.startsWith('re:') && matcher(target.slice(3), `${file}: targets`)(base)) ??
    targeted((target) => target === (base.endsWith('embed_tokens') ? 'Embedding' : 'Linear')) ??
    (groups.length === 1 ? groups[0] : undefined);
  if (found !== undefined) return found.settings;
  throw new AppError(
    'FormatError',
    `${file}: none of the groups in config_groups targets "${base}", which is stored quantised. ` +
      'Check that the configuration and the weights come from the same version of the model.',
  );
}
