// The special tokens that are put before and after a text, as the post-processor of tokenizer.json says.
import type { JsonObject } from '../models/model.ts';
import { isObject, objectsAt, refuse, stringAt, unsupported } from './config.ts';

export interface Frame {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const none: Frame = { before: [], after: [] };

export function readFrame(config: JsonObject | null): Frame {
  if (config === null) return none;
  switch (config['type']) {
    case 'ByteLevel':
      return none;
    case 'Sequence':
      return objectsAt(config, 'processors')
        .map(readFrame)
        .reduce(
          (inner, outer) => ({ before: [...outer.before, ...inner.before], after: [...inner.after, ...outer.after] }),
          none,
        );
    case 'TemplateProcessing':
      return readTemplate(config);
    case 'BertProcessing':
    case 'RobertaProcessing':
      return { before: [pairAt(config, 'cls')], after: [pairAt(config, 'sep')] };
    default:
      return unsupported('post-processor', config['type']);
  }
}

function readTemplate(config: JsonObject): Frame {
  const before: number[] = [];
  const after: number[] = [];
  let side = before;
  for (const item of objectsAt(config, 'single')) {
    if (isObject(item['Sequence'])) side = after;
    else if (isObject(item['SpecialToken'])) side.push(...idsOf(config, stringAt(item['SpecialToken'], 'id')));
    else refuse('post_processor.single', item, '{"Sequence"} or {"SpecialToken"}');
  }
  return { before, after };
}

function idsOf(config: JsonObject, name: string): readonly number[] {
  const known = config['special_tokens'];
  const entry = isObject(known) ? known[name] : undefined;
  const ids = isObject(entry) ? entry['ids'] : undefined;
  const isIds = Array.isArray(ids) && ids.every((id) => typeof id === 'number');
  return isIds ? (ids as number[]) : refuse(`special_tokens.${name}.ids`, ids, 'a list of ids');
}

function pairAt(config: JsonObject, key: string): number {
  const pair = config[key];
  const id = Array.isArray(pair) ? pair[1] : undefined;
  return typeof id === 'number' ? id : refuse(key, pair, '[token, id]');
}
