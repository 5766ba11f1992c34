// Everything the app or the command line may ask for. One interface; local-session.ts implements it, client.ts speaks
// it to a worker. Requests and results are plain data, so they cross postMessage as they are.
import type { ExplainEachRequest, Explanation, ExplainRequest } from './explanations.ts';
import type { ExplainImageRequest, ImageExplanation } from './image-explanations.ts';
import type { LoadProgress, LoadRequest, ModelInfo, ModelKind, ModelLocation, ModelPlan } from './models.ts';
import type { Conversation, GeneratedToken, Generation, Sampling, TemplatedChat, TokenInfo } from './texts.ts';

export { cacheFormats, type CacheFormat } from './cache-format.ts';
export type { Picture } from '../image/picture.ts';
export type { ChatMessage, ChatRole } from '../text/chat-parts.ts';
export type * from './explanations.ts';
export type * from './image-explanations.ts';
export type * from './models.ts';
export { quantisations, type Quantisation } from './quantisation.ts';
export type { DownloadPlan, HubModel, ModelStorage, StoredModel, StoredModels } from './stored-models.ts';
export * from './texts.ts';

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
    request: ModelLocation & Pick<LoadRequest, 'memoryBytes' | 'cache'>,
    job?: { readonly signal?: AbortSignal },
  ): Promise<ModelPlan>;
  dispose(): Promise<void>;
}
