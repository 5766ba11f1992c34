// What config.json or quantize_config.json says of a GPTQ checkpoint, layer by layer.
import type { ConfigFields } from '../../models/config-fields.ts';
import { matcher } from './patterns.ts';

export interface GptqSettings {
  /** null: as the shapes tell. */
  readonly bits: number | null;
  /** Columns of a group; null = the whole row, undefined = as the shapes tell. */
  readonly group: number | null | undefined;
  readonly symmetric: boolean;
  /** v1 stores zero points less one. */
  readonly version: 'v1' | 'v2';
}

const formats = ['gptq', 'gptq_v2'] as const;

/** The settings of a module, by its name. */
export function readGptqSettings(fields: ConfigFields, file: string): (base: string) => GptqSettings {
  if (fields.flag('is_marlin_format', false)) fields.refuse('is_marlin_format', 'false');
  fields.word('pack_dtype', ['int32'], 'int32');
  const format = fields.word('checkpoint_format', formats, fields.word('format', formats, 'gptq'));
  if (fields.value('format') !== null && fields.value('format') !== format)
    fields.reject('format', `"${format}", as checkpoint_format says`);
  const unstated = {
    bits: null,
    group: undefined,
    symmetric: true,
    version: format === 'gptq_v2' ? 'v2' : 'v1',
  } as const;
  const general = readSizes(fields, unstated);

  const dynamic = fields.object('dynamic');
  const special = (dynamic?.names() ?? [])
    // "-:" means "left dense", which shows in what is stored.
    .filter((pattern) => !pattern.startsWith('-:'))
    .map((pattern) => {
      const matches = matcher(pattern.replace(/^\+:/, ''), `${file}: dynamic`);
      const own = dynamic!.object(pattern);
      return { matches, settings: own ? readSizes(own, general) : general };
    });
  return (base) => special.find(({ matches }) => matches(base))?.settings ?? general;
}

function readSizes(fields: ConfigFields, absent: GptqSettings): GptqSettings {
  const bits = fields.value('bits') === null ? absent.bits : fields.size('bits');
  if (bits !== null && ![2, 3, 4, 8].includes(bits)) fields.refuse('bits', '2, 3, 4, 8');
  return {
    ...absent,
    bits,
    group: readGroupSize(fields, 'group_size', absent.group),
    symmetric: fields.flag('sym', absent.symmetric),
  };
}

/** A group size; −1 means the whole row, which is null here. */
export function readGroupSize<Absent>(fields: ConfigFields, field: string, absent: Absent): number | null | Absent {
  const value = fields.value(field);
  if (value === null) return absent;
  if (value === -1) return null;
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
    ? value
    : fields.reject(field, 'a positive integer, or -1 for whole rows');
}
