// What a session is given by the page, the worker or Node that it runs in.
import type { ConvertedFiles } from '../load/converted-files.ts';
import type { Source } from '../load/source.ts';
import type { Job, LoadProgress, ModelLocation } from './session.ts';
import type { StoredModels } from './stored-models.ts';

/** What differs between a page, a worker and Node. */
export interface Platform {
  gpu(): GPU | undefined | Promise<GPU | undefined>;
  openSource(location: ModelLocation, job: Job<LoadProgress>): Promise<OpenedSource>;
  /** The same without downloading a model whose headers alone are read; absent where nothing is downloaded. */
  peek?(location: ModelLocation, job: { readonly signal?: AbortSignal }): Promise<OpenedSource>;
  /** Absent where no models are kept. */
  readonly models?: StoredModels;
  /** Where measurements of a GPU are kept; absent where every load measures. */
  readonly tunings?: KeptTunings;
  /** Runs every kernel once while loading, so that the first answer does not wait; not worth it for a single answer. */
  readonly warmsUp?: boolean;
  /** Assumes how much memory a GPU has to spare where a request does not say; otherwise models are loaded untested. */
  readonly assumesMemory?: boolean;
}

/** What was measured on GPUs, as text by the name of the device. Never fails: what cannot be kept is measured again. */
export interface KeptTunings {
  read(device: string): Promise<string | null>;
  write(device: string, text: string): Promise<void>;
}

export interface OpenedSource {
  readonly source: Source;
  /** Sentences the user should see. */
  readonly warnings: readonly string[];
  /** Where converted weights are kept; absent where nothing is stored. */
  readonly converted?: ConvertedFiles;
}
