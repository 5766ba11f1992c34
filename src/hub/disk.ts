// Where models are kept: folders of files, one folder a model. The browser's private file system implements it, and
// memory does; everything about models, downloads and integrity is built on top, once.
import type { SourceFile } from '../load/source.ts';

export interface Disk {
  /** 'memory' forgets when the page is closed. */
  readonly kind: 'device' | 'memory';
  /** Why it is not the device, as a sentence; null where it is. */
  readonly warning: string | null;
  folders(): Promise<string[]>;
  /** Names and bytes; empty where there is no such folder. */
  files(folder: string): Promise<ReadonlyMap<string, number>>;
  /** For reading. Null where there is no such file. */
  openFile(folder: string, name: string): Promise<SourceFile | null>;
  /** For writing; made where it does not exist. One at a time, of all tabs. */
  editFile(folder: string, name: string): Promise<EditableFile>;
  /** All of it or nothing, also when the page is closed meanwhile. */
  replaceText(folder: string, name: string, text: string): Promise<void>;
  readText(folder: string, name: string): Promise<string | null>;
  /** Nothing happens where it does not exist. */
  removeFile(folder: string, name: string): Promise<void>;
  removeFolder(folder: string): Promise<void>;
  /** Null where the platform does not tell. Browsers blur it (Chromium says 10 GB for any disk); `fits` is sure. */
  space(): Promise<Space | null>;
  /** Whether so many more bytes can be stored now. */
  fits(bytes: number): Promise<boolean>;
}

export interface Space {
  /** Bytes that everything of this site takes. */
  readonly used: number;
  /** Bytes that it may still take. */
  readonly free: number;
  /** True: the browser asks before it clears this. False: it may clear it when space gets short. */
  readonly persistent: boolean;
}

/** Throws AppError 'StorageError' where space is short. */
export interface EditableFile {
  size(): Promise<number>;
  /** Bytes [start, end). */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  write(start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  truncate(size: number): Promise<void>;
  /** What was written survives from here on. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
