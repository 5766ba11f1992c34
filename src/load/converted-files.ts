// Where weights that were converted on this device are kept, beside the model they were made of. Platforms that store
// models implement it.
import type { SourceFile } from './source.ts';

export interface ConvertedFiles {
  /** Names the content of the weights that are converted; where it differs, so do they. */
  readonly origin: string;
  /** Whether those weights are still there. */
  readonly hasOriginals: boolean;
  /** null where there is no such file. */
  open(name: string): Promise<SourceFile | null>;
  /** Of all converted files. */
  list(): Promise<readonly string[]>;
  /**
   * Starts a file of so many bytes, which takes the place of others once it is complete. null while another tab writes
   * to this model. Throws AppError 'StorageError' where there is no room.
   */
  create(name: string, bytes: number, replaces: readonly string[]): Promise<ConvertedWriter | null>;
}

export interface ConvertedWriter {
  write(start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** From here on the file is there; before, nothing of it is. */
  commit(): Promise<void>;
  /** Leaves nothing behind. May be called after a failed write or commit. */
  abort(): Promise<void>;
}
