// What a session is told about a model, and what it tells: where it lies, what it is, what it takes.
import type { CacheFormat } from './cache-format.ts';
import type { Grid } from './image-explanations.ts';
import type { Quantisation } from './quantisation.ts';
import type { HubModel } from './stored-models.ts';

/** A model of a hub: downloaded and stored, or read from where it is stored. */
export type HubLocation = { readonly kind: 'hub' } & HubModel;

/** Where a model's files lie: a hub or a folder URL (pages), dropped files (pages), or a path (Node). */
export type ModelLocation =
  | HubLocation
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'files';
      readonly name: string;
      readonly files: readonly { readonly path: string; readonly file: File }[];
    }
  | { readonly kind: 'folder'; readonly path: string };

/** A model as it was chosen: where it lies, and the format it is computed in. */
export type ModelChoice = ModelLocation & { readonly quantize?: Quantisation };

export type LoadRequest = ModelChoice & {
  /** Bytes of GPU memory that may be taken in all. A model or an explanation that does not fit is refused beforehand. */
  readonly memoryBytes?: number;
  /** How keys and values are kept while a language model writes; f32 unless stated. f16 takes half, for twice the text. */
  readonly cache?: CacheFormat;
};

export interface LoadProgress {
  readonly phase: 'opening' | 'downloading' | 'weights' | 'compiling';
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Of a download; null before anything was measured. */
  readonly bytesPerSecond?: number | null;
  readonly secondsLeft?: number | null;
  /** What it waits for, as a sentence. */
  readonly notice?: string | null;
}

interface ModelFacts {
  readonly name: string;
  readonly architecture: string;
  readonly parameters: number;
  /** How the matrices are computed: 'F16', 'BF16 + F32', 'int4 (group 32) + int8 (group 64)' … */
  readonly format: string;
  readonly layers: number;
  readonly weightBytes: number;
  /** Matrices that were quantised while they were read: none where weights are as stored, or were converted before. */
  readonly converted: number;
  /** Extra tensors that were left out, unusual values that were ignored. */
  readonly warnings: readonly string[];
  readonly adapter: AdapterInfo;
}

export interface LanguageModelInfo extends ModelFacts {
  readonly kind: 'language';
  readonly vocabularySize: number;
  readonly contextLength: number;
  /** How keys and values are kept while it writes. */
  readonly cache: CacheFormat;
  readonly hasTokenizer: boolean;
  /** Absent where it has no chat template: it continues texts, and knows no turns. */
  readonly chat?: ChatFacts;
  /** What fits into the memory that may be taken; absent where none was stated or assumed. */
  readonly memory?: MemoryFacts;
}

export interface ChatFacts {
  /** Why its template cannot be used, as a sentence; texts are continued all the same. */
  readonly problem: string | null;
}

export interface MemoryFacts {
  /** Tokens of the longest text that can be explained; 0 where there is no room. */
  readonly explainableTokens: number;
  /** That as a sentence: 'Context you can explain on this device: about 3,400 tokens.' */
  readonly explainable: string;
  /** 'Weights 270 MB, keys and values of 8,192 tokens 377 MB.' */
  readonly taken: string;
}

/** An image classifier. */
export interface ImageModelInfo extends ModelFacts {
  readonly kind: 'image';
  readonly classes: number;
  readonly grid: Grid;
  readonly patchSize: number;
  /** Of each class: config.json's, else those of labels.txt, else 'class N'. */
  readonly labels: readonly string[];
}

export type ModelInfo = LanguageModelInfo | ImageModelInfo;
export type ModelKind = ModelInfo['kind'];

/** What a model would take of the GPU's memory. */
export interface ModelPlan {
  readonly name: string;
  readonly kind: ModelKind;
  /** The one it is stored in first, then smaller ones; only one where its makers quantised it. */
  readonly formats: readonly FormatPlan[];
  /** Why it cannot be loaded as it is stored, and what can be done, as sentences; null where it can. */
  readonly advice: string | null;
}

export interface FormatPlan {
  readonly quantize: Quantisation;
  /** 'BF16', 'int4 (group 32) + int8 (group 64)' … */
  readonly format: string;
  readonly weightBytes: number;
  readonly fits: boolean;
  /** 'Context you can explain on this device: about 3,400 tokens.' null for image models, which explain whole images. */
  readonly explainable: string | null;
}

export interface AdapterInfo {
  /** 'NVIDIA H200', 'SwiftShader (software)' … */
  readonly name: string;
  readonly software: boolean;
  readonly features: readonly string[];
}
