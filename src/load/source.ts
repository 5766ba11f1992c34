// Where a model's files come from. Platforms implement this (HTTP ranges, dropped files, the file system); nothing
// else in the project opens a file or a URL.

export interface SourceFile {
  /** As errors name it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes [start, end). Throws SourceError when fewer arrive. */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

export interface Source {
  /** The folder's name, as shown to the user. */
  readonly name: string;
  /** The file of that name (config.json, model-00001-of-00002.safetensors …), or null where there is none. */
  open(name: string, signal?: AbortSignal): Promise<SourceFile | null>;
  /** The names in the folder, where the platform can tell (a web server cannot). Only error messages use it. */
  list?(): Promise<readonly string[]>;
}
