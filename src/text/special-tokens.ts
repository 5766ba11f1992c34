// The added tokens and the frame of a tokenizer: what tokenizer.json says, completed from tokenizer_config.json as the
// Python library does.
import type { JsonObject } from '../models/model.ts';
import { readAddedToken, type AddedToken } from './added-tokens.ts';
import { isObject, objectAt, objectsAt } from './config.ts';
import { readFrame, type Frame } from './frame.ts';
import type { PieceModel } from './piece-model.ts';

const roles = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'] as const;

/** Configurations write a token as a string or as an object with its content. */
export function tokenName(config: JsonObject, role: string): string | null {
  const value = config[role];
  if (typeof value === 'string') return value;
  return isObject(value) && typeof value['content'] === 'string' ? value['content'] : null;
}

/** By id. */
export function collectAddedTokens(
  json: JsonObject,
  config: JsonObject,
  model: PieceModel,
): ReadonlyMap<number, AddedToken> {
  const added = new Map<number, AddedToken>();
  for (const entry of objectsAt(json, 'added_tokens')) {
    const token = readAddedToken(entry);
    added.set(token.id, token);
  }
  for (const [id, entry] of Object.entries(objectAt(config, 'added_tokens_decoder') ?? {})) {
    if (isObject(entry) && !added.has(Number(id))) added.set(Number(id), readAddedToken({ ...entry, id: Number(id) }));
  }
  const ids = new Map([...added.values()].map(({ content, id }) => [content, id]));
  for (const content of specialNames(config)) {
    const id = ids.get(content) ?? (model.has(content) ? model.idOf(content) : undefined);
    if (id === undefined) continue;
    const known = added.get(id) ?? readAddedToken({ id, content, special: true, normalized: false });
    added.set(id, { ...known, special: true });
  }
  return added;
}

function specialNames(config: JsonObject): string[] {
  const additional = config['additional_special_tokens'];
  const more = Array.isArray(additional) ? additional : [];
  const named = more.map((value) => tokenName({ value }, 'value'));
  return [...roles.map((role) => tokenName(config, role)), ...named].filter((name) => name !== null);
}

/** Older Llama files leave the beginning of text to tokenizer_config.json. */
export function readFullFrame(json: JsonObject, config: JsonObject, added: ReadonlyMap<number, AddedToken>): Frame {
  const { before, after } = readFrame(objectAt(json, 'post_processor'));
  const wanted = (flag: string, role: string, present: readonly number[]): number[] => {
    const name = tokenName(config, role);
    const id = [...added.values()].find(({ content }) => content === name)?.id;
    return config[flag] === true && id !== undefined && !present.includes(id) ? [id] : [];
  };
  return {
    before: [...wanted('add_bos_token', 'bos_token', before), ...before],
    after: [...after, ...wanted('add_eos_token', 'eos_token', after)],
  };
}
