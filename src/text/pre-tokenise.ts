// The pre-tokenizer of tokenizer.json: cuts a text into the pieces the model sees one by one. Done here rather than by
// the library, which loses positions and knows only some of the ways to split.
import type { JsonObject } from '../models/model.ts';
import { type Aligned } from './aligned.ts';
import { toByteLevel } from './byte-level.ts';
import { objectAt, objectsAt, stringAt, unsupported } from './config.ts';
import { prepend, replaceMatches } from './normalise.ts';
import { patternMatcher, regexMatcher, type Matcher } from './patterns.ts';
import { isBehaviour, splitter, type Behaviour } from './split.ts';

export type PreTokeniser = (text: Aligned) => readonly Aligned[];

const gpt2Words =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
const whitespace = regexMatcher(/\p{White_Space}/gu);
const punctuation = regexMatcher(/[\p{P}!-/:-@[-`{-~]/gu);
const digit = regexMatcher(/\p{N}/gu);
const wordsAndSigns = regexMatcher(
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu,
);

export function createPreTokeniser(config: JsonObject | null): PreTokeniser {
  if (config === null) return (text) => [text];
  const type = config['type'];
  switch (type) {
    case 'Sequence':
      return inTurn(objectsAt(config, 'pretokenizers').map(createPreTokeniser));
    case 'ByteLevel':
      return byteLevel(config);
    case 'Metaspace':
      return metaspace(config);
    case 'Split':
      return splitter(patternMatcher(objectAt(config, 'pattern')), behaviourOf(config), config['invert'] === true);
    case 'Digits':
      return splitter(digit, config['individual_digits'] === true ? 'isolated' : 'contiguous');
    case 'Punctuation':
      return splitter(punctuation, behaviourOf(config));
    case 'Whitespace':
      return splitter(wordsAndSigns, 'removed', true);
    case 'WhitespaceSplit':
      return splitter(whitespace, 'removed');
    case 'BertPreTokenizer':
      return inTurn([splitter(whitespace, 'removed'), splitter(punctuation, 'isolated')]);
    case 'CharDelimiterSplit':
      return splitter(patternMatcher({ String: stringAt(config, 'delimiter') }), 'removed');
    default:
      return unsupported('pre-tokenizer', type);
  }
}

function inTurn(steps: readonly PreTokeniser[]): PreTokeniser {
  return (text) => steps.reduce<readonly Aligned[]>((pieces, step) => pieces.flatMap(step), [text]);
}

function behaviourOf(config: JsonObject): Behaviour {
  const behaviour = String(config['behavior'] ?? 'isolated').toLowerCase();
  return isBehaviour(behaviour) ? behaviour : unsupported('split behaviour', config['behavior']);
}

function byteLevel(config: JsonObject): PreTokeniser {
  const addSpace = config['add_prefix_space'] === true;
  const words = config['use_regex'] === false ? null : splitter(regexMatcher(gpt2Words), 'isolated');
  return (text) => {
    const spaced = addSpace && !text.text.startsWith(' ') ? prepend(' ')(text) : text;
    return (words?.(spaced) ?? [spaced]).map(toByteLevel);
  };
}

function metaspace(config: JsonObject): PreTokeniser {
  const mark = config['replacement'] === undefined ? '▁' : stringAt(config, 'replacement');
  const marks: Matcher = patternMatcher({ String: mark });
  const replaceSpaces = replaceMatches(patternMatcher({ String: ' ' }), mark);
  const scheme = prependScheme(config);
  const words = config['split'] === false ? null : splitter(marks, 'mergedwithnext');
  return (text) => {
    const replaced = replaceSpaces(text);
    const wanted = scheme === 'always' || (scheme === 'first' && text.starts[0] === 0);
    const marked = wanted && !replaced.text.startsWith(mark) ? prepend(mark)(replaced) : replaced;
    return words?.(marked) ?? [marked];
  };
}

/** Older files say add_prefix_space instead. Decoders share the field. */
export function prependScheme(config: JsonObject): 'always' | 'first' | 'never' {
  const scheme = config['prepend_scheme'] ?? (config['add_prefix_space'] === false ? 'never' : 'always');
  if (scheme === 'always' || scheme === 'first' || scheme === 'never') return scheme;
  return unsupported('prepend scheme', scheme);
}
