// Scale and zero of one group of weights, so that s · (q − z) comes near them in the least-squares sense. Clipping the
// largest weights a little is often better than a coarse step for all the others, so several steps are tried. For the
// codes q of a step the best scale is known: with d = q − z it is Σ w·d / Σ d², and leaves of Σ w² all but (Σ w·d)² / Σ d².

/** 'symmetric': z is a middle code. 'free': z is wherever the group's range wants it. */
export type ZeroRule = 'symmetric' | 'free';

/** Parts of the full range that are tried. With 8 bits nothing is won by clipping. */
const ranges = { 4: [1, 0.95, 0.9, 0.85, 0.8, 0.74], 8: [1] } as const;

export interface Group {
  readonly scale: number;
  readonly zero: number;
}

/** Of the weights [start, end), which must be finite. */
export function chooseGroup(
  weights: Float32Array,
  [start, end]: readonly [start: number, end: number],
  bits: 4 | 8,
  rule: ZeroRule,
): Group {
  const top = 2 ** bits - 1;
  let low = 0;
  let high = 0;
  for (let i = start; i < end; i++) {
    const w = weights[i]!;
    if (w < low) low = w;
    else if (w > high) high = w;
  }
  let best = { scale: 0, zero: 2 ** (bits - 1), kept: 0 };
  if (low === high) return best;
  // Codes are one more than can be symmetric: the larger side gets it.
  const middle = high > -low ? (top - 1) / 2 : (top + 1) / 2;
  for (const part of ranges[bits]) {
    const step = rule === 'symmetric' ? (Math.max(high, -low) * part * 2) / (top + 1) : ((high - low) * part) / top;
    const centred = Math.max(0, Math.min(top - 1, Math.floor(top / 2 - (high + low) / (2 * step))));
    for (const zero of rule === 'symmetric' ? [middle] : [centred, centred + 1]) {
      const fit = fitScale(weights, start, end, 1 / step, zero, top);
      if (fit.kept > best.kept) best = { ...fit, zero };
    }
  }
  return best;
}

function fitScale(weights: Float32Array, start: number, end: number, inverse: number, zero: number, top: number) {
  let products = 0;
  let squares = 0;
  for (let i = start; i < end; i++) {
    const w = weights[i]!;
    const d = codeOf(w, inverse, zero, top) - zero;
    products += w * d;
    squares += d * d;
  }
  const scale = squares > 0 ? products / squares : 0;
  return { scale, kept: scale * products };
}

/** The code next to w / scale + zero. */
export function codeOf(w: number, inverseScale: number, zero: number, top: number): number {
  const place = w * inverseScale + zero + 0.5;
  return place < 0 ? 0 : place > top ? top : Math.trunc(place);
}
