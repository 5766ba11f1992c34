// Does a map point at what is known to be the reason? Where the evidence is known: whether the most relevant part of the
// input (a token, a patch) lies in it (top-1), and which share of the positive relevance does (relevance mass).

export interface JudgedRelevance {
  readonly relevance: number;
  /** Whether the part lies in the evidence. */
  readonly inside: boolean;
}

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

export function judge(parts: readonly JudgedRelevance[]): Localisation {
  let top: JudgedRelevance | null = null;
  let positive = 0;
  let within = 0;
  for (const part of parts) {
    if (top === null || part.relevance > top.relevance) top = part;
    if (part.relevance <= 0) continue;
    positive += part.relevance;
    if (part.inside) within += part.relevance;
  }
  return { hit: top !== null && top.inside, mass: positive === 0 ? 0 : within / positive };
}

/** Tokens the tokenizer added (BOS) are no candidates, for any method. */
export function localise(tokens: readonly PlacedRelevance[], spans: readonly Span[]): Localisation {
  const placed = tokens.filter(({ start, end }) => end > start);
  return judge(
    placed.map(({ start, end, relevance }) => ({
      relevance,
      inside: spans.some(([first, last]) => start < last && end > first),
    })),
  );
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
