// What an op is: a forward step, and the way relevance goes back through it.
import type { Gpu } from './gpu.ts';
import type { Ledger } from './ledger.ts';
import type { Rules } from './rules.ts';
import type { Tensor } from './tensor.ts';

export interface Op<Inputs extends readonly Tensor[], Options> {
  readonly name: string;
  /** `saved` is all that relevance will need; everything else may be freed. */
  forward(gpu: Gpu, inputs: Inputs, options: Options): { readonly output: Tensor; readonly saved: readonly Tensor[] };
  /**
   * Of ops that may save nothing: the shape of the output where they do, else null. A tape that runs forward again then
   * computes the output only if somebody reads it.
   */
  readonly unsaved?: (inputs: Inputs, options: Options) => { readonly rows: number; readonly width: number } | null;
  /** The multiplier of each input, given that of the output; null where nothing flows. Books what it absorbs. */
  relevance(
    context: RelevanceContext,
    g: Tensor,
    saved: readonly Tensor[],
    options: Options,
  ): readonly (Tensor | null)[];
}

export interface RelevanceContext {
  readonly gpu: Gpu;
  readonly rules: Rules;
  /** Where absorbed relevance is booked; null where nobody asks. */
  readonly ledger: Ledger | null;
}
