// Everything the app or the command line may ask for. One interface; local-session.ts implements it, client.ts speaks
// it to a worker. Requests and results are plain data, so they cross postMessage as they are.
import type { Picture } from '../image/picture.ts';
import type { ChatMessage, ChatPart } from '../text/chat-parts.ts';
import type { Quantisation } from './quantisation.ts';
import type { HubModel } from './stored-models.ts';

export { quantisations, type Quantisation } from './quantisation.ts';
export type { Picture } from '../image/picture.ts';
export type { ChatMessage, ChatRole } from '../text/chat-parts.ts';
export type { DownloadPlan, HubModel, ModelStorage, StoredModel, StoredModels } from './stored-models.ts';
export type MethodName = 'attnlrp' | 'cp-lrp' | 'gradient-x-input';
export type ScalarName = 'logit' | 'centred-logit';

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
};

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

export interface TokenInfo {
  readonly id: number;
  /** null without a tokenizer. */
  readonly text: string | null;
  /** UTF-16 offsets into the text; 0, 0 where ids were given. */
  readonly start: number;
  readonly end: number;
  readonly special: boolean;
}

/** Messages in turns, the system's first if there is one. */
export interface Conversation {
  readonly messages: readonly ChatMessage[];
  /** Whether the text ends where the assistant's next answer begins, which is so where nothing is said. */
  readonly addGenerationPrompt?: boolean;
}

/** Whether the token is somebody's words, or was put around them by the template (role and message are null then). */
export type Turn = Pick<ChatPart, 'kind' | 'role' | 'message'>;

export interface ChatTokenInfo extends TokenInfo {
  readonly turn: Turn;
}

export interface TemplatedChat {
  /** Exactly what the model reads, special tokens written out; the tokens' offsets are into it. */
  readonly text: string;
  readonly tokens: readonly ChatTokenInfo[];
}

/** The text a model reads: typed, ids taken as they are, or a conversation that its chat template writes out. */
export type Prompt = { readonly text: string } | { readonly ids: readonly number[] } | Conversation;

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
  /** `reused`: tokens before those that were read now, which the cache still held from earlier texts. */
  readonly prefill: { readonly tokens: number; readonly reused?: number; readonly seconds: number };
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

export interface ExplainEachRequest extends Omit<ExplainRequest, 'target' | 'contrast'> {
  readonly targets: readonly {
    /** 1 … ids.length: which token of these was to be predicted; ids.length is the one that follows. */
    readonly position: number;
    readonly target: number | null;
    readonly contrast: number | null;
  }[];
}

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

export interface ExplainImageRequest {
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

export interface Job<Progress> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Errors are ordinary Errors whose message is a sentence for the user; error.name tells the kind (src/errors.ts). */
export interface Session {
  /** Whichever kind of model lies there: it takes the place of the one of its kind, and leaves the other kind alone. */
  load(request: LoadRequest, job?: Job<LoadProgress>): Promise<ModelInfo>;
  tokenize(request: { readonly text: string; readonly specialTokens?: boolean }): Promise<TokenInfo[]>;
  /** Writes a conversation out by the model's chat template. */
  tokenizeChat(request: Conversation): Promise<TemplatedChat>;
  /** Streams each token through onProgress; cancelling resolves with what there is. */
  generate(
    request: { readonly ids: readonly number[]; readonly maxTokens: number; readonly sampling: Sampling },
    job?: Job<GeneratedToken>,
  ): Promise<Generation>;
  /** Progress runs from 0 to 1. Cancelling rejects with an AbortError. */
  explain(request: ExplainRequest, job?: Job<number>): Promise<Explanation>;
  /** Several tokens of one text at a time, which share the way forward: cheaper than one after the other. */
  explainEach(request: ExplainEachRequest, job?: Job<number>): Promise<Explanation[]>;
  /** Progress runs from 0 to 1. Cancelling rejects with an AbortError. */
  explainImage(request: ExplainImageRequest, job?: Job<number>): Promise<ImageExplanation>;
  /** Frees what the model of that kind holds; nothing happens where none is open. */
  close(request: { readonly kind: ModelKind }): Promise<void>;
  /** What a model would take in each format it can be loaded in, told from its headers. */
  planModel(
    request: ModelLocation & { readonly memoryBytes?: number },
    job?: { readonly signal?: AbortSignal },
  ): Promise<ModelPlan>;
  dispose(): Promise<void>;
}
