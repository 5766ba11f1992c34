// Cutting a text at matches, in the ways tokenizer.json names.
import { slice, type Aligned } from './aligned.ts';
import type { Matcher } from './patterns.ts';

const behaviours = ['removed', 'isolated', 'mergedwithprevious', 'mergedwithnext', 'contiguous'] as const;
export type Behaviour = (typeof behaviours)[number];

export function isBehaviour(name: string): name is Behaviour {
  return behaviours.some((behaviour) => behaviour === name);
}

interface Part {
  start: number;
  end: number;
  readonly matched: boolean;
}

/** Inverted, the stretches between the matches count as matches. */
export function splitter(matcher: Matcher, behaviour: Behaviour, invert = false): (text: Aligned) => Aligned[] {
  return (text) =>
    arrange(partsOf(text.text, matcher, invert), behaviour).map(({ start, end }) => slice(text, start, end));
}

function partsOf(text: string, matcher: Matcher, invert: boolean): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const [start, end] of matcher(text)) {
    if (at < start) parts.push({ start: at, end: start, matched: invert });
    if (start < end) parts.push({ start, end, matched: !invert });
    at = end;
  }
  if (at < text.length) parts.push({ start: at, end: text.length, matched: invert });
  return parts;
}

function arrange(parts: readonly Part[], behaviour: Behaviour): readonly Part[] {
  switch (behaviour) {
    case 'isolated':
      return parts;
    case 'removed':
      return parts.filter(({ matched }) => !matched);
    case 'contiguous':
      return merge(parts, (part, before) => part.matched === before.matched);
    case 'mergedwithprevious':
      return merge(parts, (part, before) => part.matched && !before.matched);
    case 'mergedwithnext':
      return merge(parts, (part, before) => !part.matched && before.matched);
    default:
      return behaviour satisfies never;
  }
}

/** Joins a part to the one before it where the rule says so; the rule sees neighbours as they were found. */
function merge(parts: readonly Part[], joins: (part: Part, before: Part) => boolean): readonly Part[] {
  const merged: Part[] = [];
  parts.forEach((part, index) => {
    const before = parts[index - 1];
    if (before !== undefined && joins(part, before)) merged.at(-1)!.end = part.end;
    else merged.push({ ...part });
  });
  return merged;
}
