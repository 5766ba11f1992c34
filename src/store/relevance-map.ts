// From an explanation to what is drawn: the scale of full colour, who is left out of it, shares and ranks. What is drawn
// are tokens or patches.
//   scale    = 99th percentile of |R| over those in the scale, or the locked one
//   strength = min(|R| / scale, 1)
// Symmetric around zero, one scale for prompt, answer and both signs.
import type { SpecialTokens } from './settings.ts';

export interface PlacedRelevance {
  readonly relevance: number;
  /** Part of the sum of |R|. */
  readonly share: number;
  /** 1 = the largest |R|. */
  readonly rank: number;
  /** 0 to 1; R = 0 is 0. */
  readonly strength: number;
  /** Left out of the scale. */
  readonly excluded: boolean;
}

export type RelevanceMap =
  | {
      readonly kind: 'map';
      readonly places: readonly PlacedRelevance[];
      readonly scale: number;
      /** Sum of |R|. */
      readonly total: number;
      readonly excluded: readonly number[];
      readonly excludedShare: number;
    }
  | { readonly kind: 'flat' }
  | { readonly kind: 'broken'; readonly count: number };

export interface MapOptions {
  /** Positions of special tokens. */
  readonly special: (index: number) => boolean;
  readonly policy: SpecialTokens;
  readonly lockedScale: number | null;
}

/** Patches have no special ones among them. */
export const patchMap = (patches: readonly number[], score: number, lockedScale: number | null): RelevanceMap =>
  relevanceMap(patches, score, { special: () => false, policy: 'show', lockedScale });

/** A first or last token above this share hides all others: it is treated like a special one. */
const dominance = 0.5;
/** In a shorter text one token may well carry most. */
const dominanceFrom = 8;

/** Linear between neighbours, as numpy has it. */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? 0;
  return below + (above - below) * (position - Math.floor(position));
}

/** Never zero, so that dividing by it is safe. */
export function scaleOf(values: readonly number[]): number {
  const magnitudes = values.map(Math.abs);
  return percentile(magnitudes, 0.99) || Math.max(...magnitudes, Number.MIN_VALUE);
}

export const strengthOf = (relevance: number, scale: number): number => Math.min(Math.abs(relevance) / scale, 1);

function leftOut(magnitudes: readonly number[], total: number, { special, policy }: MapOptions): number[] {
  if (policy === 'show') return [];
  const ends = magnitudes.length < dominanceFrom ? [] : [0, magnitudes.length - 1];
  const dominates = (index: number): boolean => ends.includes(index) && (magnitudes[index] ?? 0) > dominance * total;
  return [...magnitudes.keys()].filter((index) => special(index) || dominates(index));
}

/** `score`: what was explained, against which next to nothing is nothing. */
export function relevanceMap(values: readonly number[], score: number, options: MapOptions): RelevanceMap {
  const broken = values.filter((value) => !Number.isFinite(value)).length;
  if (broken > 0) return { kind: 'broken', count: broken };
  const magnitudes = values.map(Math.abs);
  if (Math.max(0, ...magnitudes) <= 1e-6 * Math.max(1, Math.abs(score))) return { kind: 'flat' };

  const total = magnitudes.reduce((sum, value) => sum + value, 0);
  const excluded = leftOut(magnitudes, total, options);
  const inScale = values.filter((_, index) => !excluded.includes(index));
  const scale = options.lockedScale ?? scaleOf(inScale.some((value) => value !== 0) ? inScale : values);
  const order = [...magnitudes.keys()].toSorted((a, b) => (magnitudes[b] ?? 0) - (magnitudes[a] ?? 0));
  const ranks = new Map(order.map((index, position) => [index, position + 1]));
  return {
    kind: 'map',
    scale,
    total,
    excluded,
    excludedShare: excluded.reduce((sum, index) => sum + (magnitudes[index] ?? 0), 0) / total,
    places: values.map((relevance, index) => ({
      relevance,
      share: Math.abs(relevance) / total,
      rank: ranks.get(index) ?? 0,
      strength: strengthOf(relevance, scale),
      excluded: excluded.includes(index),
    })),
  };
}
