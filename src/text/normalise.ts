// The normaliser of tokenizer.json, keeping track of which original characters each new one stands for.
import { PrecompiledNormalizer } from '@huggingface/tokenizers';
import type { JsonObject } from '../models/model.ts';
import { AlignedBuilder, slice, spanOf, type Aligned } from './aligned.ts';
import { toByteLevel } from './byte-level.ts';
import { objectAt, objectsAt, stringAt, unsupported } from './config.ts';
import { patternMatcher } from './patterns.ts';

export type Normaliser = (text: Aligned) => Aligned;

export function createNormaliser(config: JsonObject | null): Normaliser {
  if (config === null) return (text) => text;
  const type = config['type'];
  switch (type) {
    case 'Sequence':
      return inTurn(objectsAt(config, 'normalizers').map(createNormaliser));
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return byClusters((text) => text.normalize(type));
    // Character by character as the reference implementation: JavaScript's own also looks at neighbours (final sigma).
    case 'Lowercase':
      return lowercase;
    case 'StripAccents':
      return without(/\p{M}/u);
    case 'Strip':
      return strip(config['strip_left'] === true, config['strip_right'] === true);
    case 'Prepend':
      return prepend(stringAt(config, 'prepend'));
    case 'Replace':
      return replace(config);
    case 'ByteLevel':
      return toByteLevel;
    case 'Precompiled': {
      const library = new PrecompiledNormalizer({
        type,
        precompiled_charsmap: stringAt(config, 'precompiled_charsmap'),
      });
      return byClusters((text) => library.normalize(text));
    }
    case 'BertNormalizer':
      return inTurn(bertSteps(config));
    default:
      return unsupported('normalizer', type);
  }
}

const lowercase = byCharacters((character) => character.toLowerCase());

function without(unwanted: RegExp): Normaliser {
  return byCharacters((character) => (unwanted.test(character) ? '' : character));
}

function inTurn(steps: readonly Normaliser[]): Normaliser {
  return (text) => steps.reduce((done, step) => step(done), text);
}

function bertSteps(config: JsonObject): Normaliser[] {
  const { clean_text: clean, handle_chinese_chars: chinese, lowercase: lower, strip_accents: accents } = config;
  const blanks = byCharacters((character) => (/\p{White_Space}/u.test(character) ? ' ' : character));
  const apart = byCharacters((character) => (chineseCharacter.test(character) ? ` ${character} ` : character));
  return [
    ...(clean !== false ? [without(/[\0\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cn}\p{Co}]/u), blanks] : []),
    ...(chinese !== false ? [apart] : []),
    ...((accents ?? lower) !== false ? [createNormaliser({ type: 'NFD' }), without(/\p{Mn}/u)] : []),
    ...(lower !== false ? [lowercase] : []),
  ];
}

const chineseCharacter =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u;

function byCharacters(change: (character: string) => string): Normaliser {
  return (text) => {
    const result = new AlignedBuilder();
    let at = 0;
    for (const character of text.text) {
      result.replace(text, at, at + character.length, change(character));
      at += character.length;
    }
    return result;
  };
}

/** A character with all that may compose with it: marks, the later parts of a Hangul syllable, half-width voicing. */
const cluster = /[^][\p{M}\u1160-\u11ff\uff9e\uff9f]*/gu;

/** Normalises cluster by cluster; where a change reaches beyond clusters, the whole text counts as one. */
function byClusters(change: (text: string) => string): Normaliser {
  return (text) => {
    const whole = change(text.text);
    if (whole === text.text) return text;
    const result = new AlignedBuilder();
    for (const match of text.text.matchAll(cluster)) {
      substitute(result, text, match.index, match.index + match[0].length, change(match[0]));
    }
    if (result.text === whole) return result;
    const single = new AlignedBuilder();
    substitute(single, text, 0, text.text.length, whole);
    return single;
  };
}

/** Appends what the units [start, end) became: equal ends are kept, the rest stands for all that changed. */
function substitute(result: AlignedBuilder, text: Aligned, start: number, end: number, changed: string): void {
  const shorter = Math.min(end - start, changed.length);
  let head = 0;
  while (head < shorter && text.text[start + head] === changed[head]) head++;
  let tail = 0;
  while (tail < shorter - head && text.text[end - 1 - tail] === changed.at(-1 - tail)) tail++;
  result.copy(text, start, start + head);
  const span = spanOf(text, start + head, end - tail);
  result.put(changed.slice(head, changed.length - tail), span.start, span.end);
  result.copy(text, end - tail, end);
}

function strip(left: boolean, right: boolean): Normaliser {
  return (text) => {
    const start = left ? text.text.search(/\P{White_Space}|$/u) : 0;
    const end = right ? text.text.length - /\p{White_Space}*$/u.exec(text.text)![0].length : text.text.length;
    return slice(text, start, Math.max(start, end));
  };
}

/** The prepended text is no character of the original. */
export function prepend(prefix: string): Normaliser {
  return (text) => {
    if (text.text === '') return text;
    const result = new AlignedBuilder();
    result.put(prefix, text.starts[0]!, text.starts[0]!);
    result.copy(text, 0, text.text.length);
    return result;
  };
}

function replace(config: JsonObject): Normaliser {
  return replaceMatches(patternMatcher(objectAt(config, 'pattern')), stringAt(config, 'content'));
}

export function replaceMatches(matches: ReturnType<typeof patternMatcher>, content: string): Normaliser {
  return (text) => {
    const result = new AlignedBuilder();
    let at = 0;
    for (const [start, end] of matches(text.text)) {
      result.copy(text, at, start);
      result.replace(text, start, end, content);
      at = end;
    }
    result.copy(text, at, text.text.length);
    return result;
  };
}
