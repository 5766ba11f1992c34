// What may be asked about the class of an image, and the answer.
import type { Picture } from '../image/picture.ts';
import type { Ledger, ScalarName, WayBack } from './explanations.ts';

/** Of patches; their values come row by row. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** Methods for images, which name a rule per site (engine/rules.ts). */
export type RecipeName = 'cp-lrp-gamma' | 'attnlrp-gamma' | 'cp-lrp-epsilon' | 'attnlrp-epsilon' | 'gradient-x-input';
/** Where a recipe's γ may be set otherwise. */
export type GammaSite = 'patches' | 'query-key-value' | 'out' | 'mlp' | 'head';
/** 0 is the epsilon rule. */
export type Gammas = Readonly<Record<GammaSite, number>>;

export interface ExplainImageRequest extends WayBack {
  readonly image: Picture;
  /** null = the likeliest class. */
  readonly target: number | null;
  readonly contrast: number | null;
  readonly scalar: ScalarName;
  readonly recipe: RecipeName;
  /** In place of the recipe's own. */
  readonly gammas?: Readonly<Partial<Gammas>>;
}

export interface ImageLedger extends Omit<Ledger, 'router'> {
  readonly positions: number | null;
  readonly cls: number | null;
}

export interface ClassScore {
  readonly id: number;
  readonly label: string;
  readonly logit: number;
}

export interface ImageExplanation {
  /** What the model saw: resized and cropped as it wants it. */
  readonly seen: Picture;
  /** The five likeliest, descending. */
  readonly classes: readonly (ClassScore & { readonly probability: number })[];
  readonly target: ClassScore & { readonly score: number };
  readonly contrast: ClassScore | null;
  readonly grid: Grid;
  /** Row-major. */
  readonly patches: readonly number[];
  readonly recipe: RecipeName;
  readonly scalar: ScalarName;
  /** Those that were used: the recipe's, with what was asked for in their place. Null for gradient × input. */
  readonly gammas: Gammas | null;
  readonly ledger: ImageLedger;
}
