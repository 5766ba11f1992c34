// What bytes a token contributes to decoded text, as the decoder of tokenizer.json says. Bytes rather than text, because
// a character may be spread over several tokens.
import type { JsonObject } from '../models/model.ts';
import { fromByteLevel, utf8 } from './byte-level.ts';
import { objectAt, objectsAt, stringAt, unsupported } from './config.ts';
import { prependScheme } from './pre-tokenise.ts';
import { byteOfToken } from './piece-model.ts';

export interface Decoding {
  /** Added tokens are spelled as they are even where the rest is written in the byte-level alphabet. */
  bytesOf(token: string, added: boolean): Uint8Array<ArrayBuffer>;
  /** Dropped from the beginning of the text, at most this often: the counterpart of an added prefix space. */
  readonly strip: { readonly content: string; readonly times: number };
}

interface Plan {
  readonly spell: ((token: string) => string)[];
  byteLevel: boolean;
  byteFallback: boolean;
  fused: boolean;
  strip: { content: string; times: number };
}

export function createDecoding(config: JsonObject | null): Decoding {
  const plan: Plan = {
    spell: [],
    byteLevel: false,
    byteFallback: false,
    fused: false,
    strip: { content: ' ', times: 0 },
  };
  if (config === null) joinBySpaces(plan, '');
  else extend(plan, config);
  const { byteLevel, byteFallback, spell, strip } = plan;
  return {
    strip,
    bytesOf(token, added) {
      const byte = byteFallback ? byteOfToken(token) : null;
      if (byte !== null) return Uint8Array.of(byte);
      const bytes = byteLevel && !added ? fromByteLevel(token) : null;
      return bytes ?? utf8(spell.reduce((text, step) => step(text), token));
    },
  };
}

function extend(plan: Plan, config: JsonObject): void {
  const type = config['type'];
  switch (type) {
    case 'Sequence':
      for (const decoder of objectsAt(config, 'decoders')) extend(plan, decoder);
      return;
    case 'ByteLevel':
      plan.byteLevel = true;
      return;
    case 'ByteFallback':
      plan.byteFallback = true;
      return;
    case 'Fuse':
      plan.fused = true;
      return;
    case 'Replace': {
      const pattern = objectAt(config, 'pattern') ?? {};
      if (plan.byteLevel || plan.fused || typeof pattern['String'] !== 'string')
        return unsupported('decoder', 'Replace of a pattern');
      const [from, to] = [pattern['String'], stringAt(config, 'content')];
      plan.spell.push((token) => token.replaceAll(from, () => to));
      return;
    }
    case 'Metaspace': {
      const mark = config['replacement'] === undefined ? '▁' : stringAt(config, 'replacement');
      plan.spell.push((token) => token.replaceAll(mark, ' '));
      if (prependScheme(config) !== 'never') plan.strip = { content: ' ', times: 1 };
      return;
    }
    case 'Strip':
      if (config['stop'] || !plan.fused) return unsupported('decoder', 'Strip of ends or of single tokens');
      plan.strip = { content: stringAt(config, 'content'), times: Number(config['start'] ?? 0) };
      return;
    case 'WordPiece':
      return joinBySpaces(plan, stringAt(config, 'prefix'));
    default:
      return unsupported('decoder', type);
  }
}

/** Tokens are words, but for those that begin with a prefix. */
function joinBySpaces(plan: Plan, prefix: string): void {
  plan.spell.push((token) => (prefix !== '' && token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`));
  plan.strip = { content: ' ', times: 1 };
}
