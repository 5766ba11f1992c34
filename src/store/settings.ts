// What the user may set, as types only.
import type { CacheFormat, Quantisation, Sampling } from '../session/session.ts';

export type Theme = 'system' | 'light' | 'dark';

/** What happens to special tokens (and to a first or last token that outweighs all others). */
export type SpecialTokens = 'exclude' | 'show' | 'hide';

export type PictureMode = 'overlay' | 'map' | 'masked';

/** How the relevance of patches is drawn. */
export interface PictureDisplay {
  readonly mode: PictureMode;
  /** Of the colours over the photo, 0 to 1. */
  readonly opacity: number;
  /** Part of the patches that stay visible when the others are masked, 0 to 1. */
  readonly kept: number;
  readonly gridLines: boolean;
  /** Interpolated between patches, which suggests a precision that is not there. */
  readonly smooth: boolean;
  /** The |relevance| of a patch in full colour, when it is kept over several explanations. */
  readonly lockedScale: number | null;
}

export interface Settings {
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Relevance while streaming: every new token is explained before the next one is written. */
  readonly explainEachToken: boolean;
  /** The exponent that makes faint relevance visible; 1 is linear. */
  readonly intensity: number;
  /** The |relevance| drawn in full colour, when the user keeps it over several explanations. */
  readonly lockedScale: number | null;
  readonly specialTokens: SpecialTokens;
  /** Marks without colour: solid lines support, dashed ones oppose. */
  readonly underlineOnly: boolean;
  readonly picture: PictureDisplay;
  readonly theme: Theme;
  /** Address of the hub that models come from; '' is Hugging Face's. */
  readonly endpoint: string;
  /** For gated and private models of that hub; '' where there is none. */
  readonly token: string;
  /** Bytes of GPU memory that models may take; null: what is assumed of every GPU. */
  readonly memoryBytes: number | null;
  /** Of keys and values, for models that are opened from now on. */
  readonly cache: CacheFormat;
  /** The formats that models were opened in last, by rememberedAs; as they are stored where nothing is said. */
  readonly formats: Readonly<Record<string, Quantisation>>;
  /** The models that were opened last, by rememberedAs; those that come with the app are not among them. */
  readonly recent: readonly string[];
}
