// Explanations beside the forward pass they explain.
import { medianCost, type Cost } from './cost.ts';
import { explainedLayerDispatches } from './layer-dispatches.ts';
import { median } from './median.ts';
import { medianRatio } from './rounds.ts';

export interface ExplainSpeed {
  readonly seconds: number;
  /** (forward + relevance) / prefill of the same tokens, or of the same image. */
  readonly ratioToPrefill: number;
  /** There and back. */
  readonly dispatchesPerLayer: number;
  readonly submits: number;
  readonly longestSubmitSeconds: number;
  /** Most that was held at once of what comes and goes. */
  readonly peakBytes: number;
}

/** `steps`: dispatches at the start, and at each report of progress, which comes after every layer, there and back. */
export type ExplainCost = Cost & { readonly steps: readonly number[] };

export function explainSpeed(explained: readonly ExplainCost[], prefills: readonly Cost[]): ExplainSpeed {
  const { seconds, submits, longestSubmitSeconds, activationBytes } = medianCost(explained);
  return {
    seconds,
    ratioToPrefill: medianRatio(explained, prefills),
    dispatchesPerLayer: median(explained.map(({ steps }) => explainedLayerDispatches(steps))),
    submits,
    longestSubmitSeconds,
    peakBytes: activationBytes,
  };
}
