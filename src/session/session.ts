// Everything the app or the command line may ask for. One interface; local-session.ts implements it, client.ts speaks
// it to a worker. Requests and results are plain data, so they cross postMessage as they are.

export type MethodName = 'attnlrp' | 'cp-lrp' | 'gradient-x-input';
export type ScalarName = 'logit' | 'centred-logit';

/** Where a model's files lie: a folder URL (pages), dropped files (pages), or a path (Node). */
export type ModelLocation =
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'files';
      readonly name: string;
      readonly files: readonly { readonly path: string; readonly file: File }[];
    }
  | { readonly kind: 'folder'; readonly path: string };

export interface ModelInfo {
  readonly name: string;
  readonly architecture: string;
  readonly parameters: number;
  /** How the matrices are stored: 'F16', 'BF16 + F32' … */
  readonly format: string;
  readonly layers: number;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly weightBytes: number;
  readonly hasTokenizer: boolean;
  /** Extra tensors that were left out, unusual values that were ignored. */
  readonly warnings: readonly string[];
  readonly adapter: AdapterInfo;
}

export interface AdapterInfo {
  /** 'NVIDIA H200', 'SwiftShader (software)' … */
  readonly name: string;
  readonly software: boolean;
  readonly features: readonly string[];
}

export interface TokenInfo {
  readonly id: number;
  /** null without a tokenizer. */
  readonly text: string | null;
  /** UTF-16 offsets into the text; 0, 0 where ids were given. */
  readonly start: number;
  readonly end: number;
  readonly special: boolean;
}

/** The text a model reads: typed, or ids taken as they are. */
export type Prompt = { readonly text: string } | { readonly ids: readonly number[] };

export interface Sampling {
  /** 0 = greedy. */
  readonly temperature: number;
  /** 0 = off. */
  readonly topK: number;
  /** 1 = off. */
  readonly topP: number;
  /** 0 = off. */
  readonly minP: number;
  /** 1 = off. */
  readonly repetitionPenalty: number;
  readonly seed: number;
}

export const greedy: Sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0 };

export interface GeneratedToken {
  readonly id: number;
  readonly special: boolean;
  /** What became readable with this token (half characters wait); null without a tokenizer. */
  readonly text: string | null;
}

export interface Generation {
  readonly ids: readonly number[];
  /** null without a tokenizer. */
  readonly text: string | null;
  readonly stopped: 'end-of-text' | 'max-tokens' | 'context-full' | 'cancelled';
  readonly prefill: { readonly tokens: number; readonly seconds: number };
  readonly decode: { readonly tokens: number; readonly seconds: number };
}

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

export interface ExplainRequest {
  /** The score of the token that follows these ids is explained. */
  readonly ids: readonly number[];
  /** null = the likeliest token. */
  readonly target: number | null;
  readonly contrast: number | null;
  readonly scalar: ScalarName;
  readonly method: MethodName;
  /** Keep every activation instead of recomputing each block: faster, more memory. */
  readonly keepAll?: boolean;
}

/** 8-bit RGB, row by row, three bytes a pixel. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface ImageModelInfo extends Omit<ModelInfo, 'vocabularySize' | 'contextLength' | 'hasTokenizer'> {
  readonly classes: number;
  readonly grid: { readonly rows: number; readonly columns: number };
  readonly patchSize: number;
  /** Of each class: config.json's, else those of labels.txt, else 'class N'. */
  readonly labels: readonly string[];
}

/** Methods for images, which name a rule per site (engine/rules.ts). */
export type RecipeName = 'cp-lrp-gamma' | 'attnlrp-gamma' | 'cp-lrp-epsilon' | 'attnlrp-epsilon' | 'gradient-x-input';
/** Where a recipe's γ may be set otherwise. */
export type GammaSite = 'patches' | 'query-key-value' | 'out' | 'mlp' | 'head';

export interface ExplainImageRequest {
  readonly image: Picture;
  /** null = the likeliest class. */
  readonly target: number | null;
  readonly contrast: number | null;
  readonly scalar: ScalarName;
  readonly recipe: RecipeName;
  /** In place of the recipe's own. */
  readonly gammas?: Readonly<Partial<Record<GammaSite, number>>>;
}

export interface ImageLedger extends Omit<Ledger, 'router'> {
  readonly positions: number | null;
  readonly cls: number | null;
}

export interface ImageExplanation {
  /** What the model saw: resized and cropped as it wants it. */
  readonly seen: Picture;
  /** The five likeliest, descending. */
  readonly classes: readonly {
    readonly id: number;
    readonly label: string;
    readonly logit: number;
    readonly probability: number;
  }[];
  readonly target: { readonly id: number; readonly label: string; readonly logit: number; readonly score: number };
  readonly contrast: { readonly id: number; readonly label: string; readonly logit: number } | null;
  readonly grid: { readonly rows: number; readonly columns: number };
  /** Row-major. */
  readonly patches: readonly number[];
  readonly recipe: RecipeName;
  readonly ledger: ImageLedger;
}

export interface LoadProgress {
  readonly phase: 'opening' | 'weights' | 'compiling';
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface Job<Progress> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Errors are ordinary Errors whose message is a sentence for the user; error.name tells the kind (src/errors.ts). */
export interface Session {
  load(location: ModelLocation, job?: Job<LoadProgress>): Promise<ModelInfo>;
  tokenize(request: { readonly text: string; readonly specialTokens?: boolean }): Promise<TokenInfo[]>;
  /** Streams each token through onProgress; cancelling resolves with what there is. */
  generate(
    request: { readonly ids: readonly number[]; readonly maxTokens: number; readonly sampling: Sampling },
    job?: Job<GeneratedToken>,
  ): Promise<Generation>;
  /** Progress runs from 0 to 1. Cancelling rejects with an AbortError. */
  explain(request: ExplainRequest, job?: Job<number>): Promise<Explanation>;
  /** In place of the language model, if one is loaded. */
  loadImageModel(location: ModelLocation, job?: Job<LoadProgress>): Promise<ImageModelInfo>;
  /** Progress runs from 0 to 1. Cancelling rejects with an AbortError. */
  explainImage(request: ExplainImageRequest, job?: Job<number>): Promise<ImageExplanation>;
  dispose(): Promise<void>;
}
