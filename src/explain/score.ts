// Which number is explained, as a linear form over the logits: score = Σ c_i · logit_i + shift · mean(logits).
// Relevance is linear in it (AttnLRP section 5), so c is all that the backward pass needs.

export type Scalar = 'logit' | 'centred-logit';

export interface Score {
  readonly ids: readonly number[];
  readonly coefficients: readonly number[];
  /** Weight of the mean of all logits. */
  readonly shift: number;
}

/** A contrast is target minus contrast, whatever the scalar: the mean cancels. */
export function scoreOf(target: number, contrast: number | null, scalar: Scalar): Score {
  if (contrast !== null) return { ids: [target, contrast], coefficients: [1, -1], shift: 0 };
  return { ids: [target], coefficients: [1], shift: scalar === 'centred-logit' ? -1 : 0 };
}

export function scoreValue({ ids, coefficients, shift }: Score, logits: Float32Array): number {
  const chosen = ids.reduce((sum, id, index) => sum + coefficients[index]! * logits[id]!, 0);
  if (shift === 0) return chosen;
  let sum = 0;
  for (const logit of logits) sum += logit;
  return chosen + (shift * sum) / logits.length;
}

export interface Ranked {
  readonly id: number;
  readonly logit: number;
  readonly probability: number;
}

/** The `count` likeliest tokens, descending; equal logits in order of their ids. */
export function likeliest(logits: Float32Array, count: number): Ranked[] {
  let peak = -Infinity;
  for (const logit of logits) if (logit > peak) peak = logit;
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - peak);
  const best: number[] = [];
  for (let id = 0; id < logits.length; id++) {
    if (best.length === count && logits[id]! <= logits[best[count - 1]!]!) continue;
    const place = best.findIndex((other) => logits[id]! > logits[other]!);
    best.splice(place < 0 ? best.length : place, 0, id);
    if (best.length > count) best.pop();
  }
  return best.map((id) => ({ id, logit: logits[id]!, probability: Math.exp(logits[id]! - peak) / total }));
}
