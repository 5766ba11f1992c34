// Does a map point at what is known to be the reason? For texts where the evidence is known: whether the most relevant
// token lies in it (top-1), and which share of the positive relevance does (relevance mass).
// Tokens the tokenizer added (BOS) are no candidates, for any method.

export interface PlacedRelevance {
  /** UTF-16 offsets into the text; start = end for tokens that are not in it. */
  readonly start: number;
  readonly end: number;
  readonly relevance: number;
}

export interface Localisation {
  readonly hit: boolean;
  /** 0 … 1; 0 where no relevance is positive. */
  readonly mass: number;
}

type Span = readonly [start: number, end: number];

export function localise(tokens: readonly PlacedRelevance[], spans: readonly Span[]): Localisation {
  const placed = tokens.filter(({ start, end }) => end > start);
  const inside = (token: PlacedRelevance): boolean =>
    spans.some(([start, end]) => token.start < end && token.end > start);
  let top: PlacedRelevance | null = null;
  let positive = 0;
  let within = 0;
  for (const token of placed) {
    if (top === null || token.relevance > top.relevance) top = token;
    if (token.relevance <= 0) continue;
    positive += token.relevance;
    if (inside(token)) within += token.relevance;
  }
  return { hit: top !== null && inside(top), mass: positive === 0 ? 0 : within / positive };
}

export interface Score {
  readonly items: number;
  readonly top1: number;
  readonly mass: number;
}

export function average(results: readonly Localisation[]): Score {
  const items = results.length;
  const mean = (value: (result: Localisation) => number): number =>
    items === 0 ? 0 : results.reduce((sum, result) => sum + value(result), 0) / items;
  return { items, top1: mean(({ hit }) => (hit ? 1 : 0)), mass: mean(({ mass }) => mass) };
}
