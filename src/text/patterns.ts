// Patterns of tokenizer.json ({"String"} or {"Regex"}) as functions that find matches. Regular expressions are written
// for Oniguruma; the tokenizers library translates them.
import { ReplaceNormalizer } from '@huggingface/tokenizers';
import type { JsonObject } from '../models/model.ts';
import { refuse } from './config.ts';

/** [start, end) of each match, in order and without overlap. */
export type Matcher = (text: string) => (readonly [start: number, end: number])[];

export function regexMatcher(pattern: RegExp): Matcher {
  return (text) => Array.from(text.matchAll(pattern), (match) => [match.index, match.index + match[0].length] as const);
}

export function patternMatcher(pattern: JsonObject | null): Matcher {
  const { String: literal, Regex: regex } = pattern ?? {};
  if (typeof literal === 'string' && literal !== '') return literalMatcher(literal);
  if (typeof regex === 'string') return translatedMatcher(regex);
  return refuse('pattern', pattern, '{"String": …} or {"Regex": …}');
}

function literalMatcher(literal: string): Matcher {
  return (text) => {
    const matches: (readonly [number, number])[] = [];
    for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + literal.length)) {
      matches.push([at, at + literal.length]);
    }
    return matches;
  };
}

/** The library offers its translation only as a replacement, so each match is replaced by itself between two marks. */
function translatedMatcher(regex: string): Matcher {
  const marking = (mark: string) =>
    new ReplaceNormalizer({ type: 'Replace', pattern: { Regex: regex }, content: `${mark}$&${mark}` });
  const usualMark = '\ufdd0';
  const usual = marking(usualMark);
  return (text) => {
    const mark = text.includes(usualMark) ? unusedCharacter(text) : usualMark;
    const parts = (mark === usualMark ? usual : marking(mark)).normalize(text).split(mark);
    const matches: (readonly [number, number])[] = [];
    let at = 0;
    parts.forEach((part, index) => {
      if (index % 2 === 1 && part !== '') matches.push([at, at + part.length]);
      at += part.length;
    });
    return matches;
  };
}

function unusedCharacter(text: string): string {
  const used = new Set(text);
  for (let code = 0xe000; code < 0xf8ff; code++) {
    const character = String.fromCharCode(code);
    if (!used.has(character)) return character;
  }
  return '\ufdd1';
}
