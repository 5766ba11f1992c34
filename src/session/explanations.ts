// What may be asked about a token, and the answer.

export type MethodName = 'attnlrp' | 'cp-lrp' | 'gradient-x-input';
export type ScalarName = 'logit' | 'centred-logit';

export interface Candidate {
  readonly id: number;
  readonly text: string | null;
  readonly logit: number;
  readonly probability: number;
}

/** inputs + softmax + biases + router + residue = score. Null where the method has no ledger. */
export interface Ledger {
  readonly score: number;
  readonly inputs: number;
  readonly softmax: number | null;
  readonly biases: number | null;
  readonly router: number | null;
  readonly residue: number | null;
}

export interface Explanation {
  /** The tokens the score rests on: everything before the explained one. */
  readonly tokens: readonly { readonly id: number; readonly text: string | null; readonly relevance: number }[];
  readonly target: {
    readonly id: number;
    readonly text: string | null;
    readonly logit: number;
    readonly score: number;
  };
  readonly contrast: { readonly id: number; readonly text: string | null; readonly logit: number } | null;
  readonly method: MethodName;
  readonly scalar: ScalarName;
  /** layers[l][t]: relevance of the residual stream leaving layer l at token t. */
  readonly layers: readonly (readonly number[])[];
  readonly ledger: Ledger;
  /** The ten likeliest tokens of that position, descending. */
  readonly candidates: readonly Candidate[];
}

/** How relevance comes down through the blocks: the numbers are the same. */
export interface WayBack {
  /**
   * 'keep-all' keeps what blocks saved, and is refused where that does not fit; 'recompute' computes blocks again, which is
   * slower and takes less memory. Unless stated, all is kept where it fits.
   */
  readonly wayBack?: 'keep-all' | 'recompute' | undefined;
}

export interface ExplainRequest extends WayBack {
  /** The score of the token that follows these ids is explained. */
  readonly ids: readonly number[];
  /** null = the likeliest token. */
  readonly target: number | null;
  readonly contrast: number | null;
  readonly scalar: ScalarName;
  readonly method: MethodName;
}

export interface ExplainEachRequest extends Omit<ExplainRequest, 'target' | 'contrast'> {
  readonly targets: readonly {
    /** 1 … ids.length: which token of these was to be predicted; ids.length is the one that follows. */
    readonly position: number;
    readonly target: number | null;
    readonly contrast: number | null;
  }[];
}
