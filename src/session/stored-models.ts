// The models of a hub that are kept on this device, and what another would take. Asking waits for no job of the GPU.
import type { Quantisation } from './quantisation.ts';

/** A model of a hub, as a person names it. */
export interface HubModel {
  /** owner/name, owner/name@revision, or the address of a page of the hub. */
  readonly address: string;
  /** Of a gated or private model; kept nowhere. */
  readonly token?: string;
  /** Another hub than Hugging Face's. */
  readonly endpoint?: string;
}

export interface StoredModel {
  /** Tells it apart from all others. */
  readonly key: string;
  /** What opens it again: HubModel's address and endpoint. */
  readonly address: string;
  readonly endpoint: string;
  /** Of it, on this device. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** What its weights are kept in: 'none' as they were downloaded, 'int8' and 'int4' as they were converted here. */
  readonly formats: readonly Quantisation[];
  /** False: a download that was paused or cut off; opening the model goes on with it. */
  readonly complete: boolean;
}

export interface ModelStorage {
  /** Complete models first, the newest first. */
  readonly models: readonly StoredModel[];
  /** Bytes that this page may still store, about; null where the browser does not tell. */
  readonly freeBytes: number | null;
  /** Whether the browser asks before it clears them; null where it does not tell. */
  readonly persistent: boolean | null;
  /** Why models are kept in memory only, as a sentence; null where they are not. */
  readonly warning: string | null;
}

/** What a download would take. */
export interface DownloadPlan {
  readonly commit: string;
  readonly files: number;
  readonly totalBytes: number;
  /** Of them, not on this device yet. */
  readonly missingBytes: number;
  readonly freeBytes: number | null;
  /** Why it cannot be stored and what happens instead, as a sentence; null where it can. */
  readonly shortage: string | null;
}

export interface StoredModels {
  storedModels(): Promise<ModelStorage>;
  /** All bytes of a complete or unfinished model. Refused while it is being downloaded. */
  removeModel(request: { readonly key: string }): Promise<void>;
  /** Deletes all weights of a complete model but those of that format. */
  keepOnly(request: { readonly key: string; readonly quantize: Quantisation }): Promise<void>;
  planDownload(request: HubModel, job?: { readonly signal?: AbortSignal }): Promise<DownloadPlan>;
}
