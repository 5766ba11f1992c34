// What an op is: a forward step, and the way relevance goes back through it.
import type { Gpu } from './gpu.ts';
import type { Ledger } from './ledger.ts';
import type { Rules } from './rules.ts';
import type { Tensor } from './tensor.ts';

/** One tensor, or several where an op takes a tensor apart. */
export type Output = Tensor | readonly Tensor[];

/** What comes back to an output; of several, null where nothing does. */
export type MultiplierOf<Made extends Output> = Made extends Tensor
  ? Tensor
  : { readonly [Index in keyof Made]: Tensor | null };

export interface Op<Inputs extends readonly Tensor[], Options, Made extends Output = Tensor> {
  readonly name: string;
  /** `saved` is all that relevance will need; everything else may be freed. */
  forward(gpu: Gpu, inputs: Inputs, options: Options): { readonly output: Made; readonly saved: readonly Tensor[] };
  /**
   * Of ops with one output that may save nothing: its shape where they do, else null. A tape that runs forward again
   * then computes the output only if somebody reads it.
   */
  readonly unsaved?: (inputs: Inputs, options: Options) => { readonly rows: number; readonly width: number } | null;
  /** The multiplier of each input, given that of the output; null where nothing flows. Books what it absorbs. */
  relevance(
    context: RelevanceContext,
    g: MultiplierOf<Made>,
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
