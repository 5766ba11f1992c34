// A Disk in memory, for browsers that do not let the page store files, and for tests.
import { AppError } from '../errors.ts';
import { checkLength, checkRange } from '../load/range.ts';
import type { Disk, EditableFile } from './disk.ts';
import { formatBytes } from './format-bytes.ts';

/** Files grow in blocks, so that growing never copies. */
const blockBytes = 2 ** 20;

export interface MemoryDiskOptions {
  /** Bytes that may be kept; a page that keeps more risks its own end. */
  readonly capacity?: number;
  readonly warning?: string | null;
}

export function memoryDisk({ capacity = 2 ** 31, warning = null }: MemoryDiskOptions = {}): Disk {
  const folders = new Map<string, Map<string, BlockFile>>();
  const used = (): number =>
    [...folders.values()].flatMap((files) => [...files.values()]).reduce((sum, file) => sum + file.size, 0);
  const reserve = (bytes: number): void => {
    if (bytes <= 0 || used() + bytes <= capacity) return;
    throw new AppError('StorageError', `Only ${formatBytes(capacity)} are kept in memory, and that is full.`);
  };
  const file = (folder: string, name: string): BlockFile => {
    const files = folders.get(folder) ?? new Map<string, BlockFile>();
    folders.set(folder, files);
    const found = files.get(name) ?? new BlockFile(reserve);
    files.set(name, found);
    return found;
  };
  return {
    kind: 'memory',
    warning,
    folders: async () => [...folders.keys()],
    files: async (folder) => new Map([...(folders.get(folder) ?? [])].map(([name, { size }]) => [name, size])),
    async openFile(folder, name) {
      const found = folders.get(folder)?.get(name);
      if (!found) return null;
      const opened = {
        name,
        size: found.size,
        async read(start: number, end: number, signal?: AbortSignal) {
          signal?.throwIfAborted();
          checkRange(opened, start, end);
          checkLength(name, start, end, Math.max(0, Math.min(end, found.size) - start));
          return found.read(start, end);
        },
      };
      return opened;
    },
    async editFile(folder, name): Promise<EditableFile> {
      const found = file(folder, name);
      return {
        size: async () => found.size,
        read: async (start, end) => found.read(start, end),
        write: async (start, bytes) => found.write(start, bytes),
        truncate: async (size) => found.truncate(size),
        flush: async () => undefined,
        close: async () => undefined,
      };
    },
    async replaceText(folder, name, text) {
      const bytes = new TextEncoder().encode(text);
      const found = file(folder, name);
      reserve(bytes.length - found.size);
      found.truncate(0);
      found.write(0, bytes);
    },
    async readText(folder, name) {
      const found = folders.get(folder)?.get(name);
      return found ? new TextDecoder().decode(found.read(0, found.size)) : null;
    },
    async removeFile(folder, name) {
      folders.get(folder)?.delete(name);
    },
    async removeFolder(folder) {
      folders.delete(folder);
    },
    space: async () => ({ used: used(), free: capacity - used(), persistent: false }),
    fits: async (bytes) => used() + bytes <= capacity,
  };
}

class BlockFile {
  size = 0;
  private readonly blocks: Uint8Array[] = [];
  private readonly reserve: (bytes: number) => void;

  /** `reserve` throws where so many more bytes do not fit. */
  constructor(reserve: (bytes: number) => void) {
    this.reserve = reserve;
  }

  read(start: number, end: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(end - start);
    this.eachPart(start, end, (block, at, done) => bytes.set(block.subarray(at.start, at.end), done));
    return bytes;
  }

  write(start: number, bytes: Uint8Array): void {
    const end = start + bytes.length;
    this.reserve(end - this.size);
    while (this.blocks.length * blockBytes < end) this.blocks.push(new Uint8Array(blockBytes));
    this.size = Math.max(this.size, end);
    this.eachPart(start, end, (block, at, done) => block.set(bytes.subarray(done, done + at.end - at.start), at.start));
  }

  truncate(size: number): void {
    if (size > this.size) this.write(size, new Uint8Array(0));
    this.size = size;
    this.blocks.length = Math.ceil(size / blockBytes);
    // What is cut off reads as zeros should the file grow again.
    this.blocks.at(-1)?.fill(0, size - (this.blocks.length - 1) * blockBytes);
  }

  private eachPart(
    start: number,
    end: number,
    visit: (block: Uint8Array, at: { start: number; end: number }, done: number) => void,
  ): void {
    for (let at = start; at < end;) {
      const index = Math.floor(at / blockBytes);
      const from = at - index * blockBytes;
      const to = Math.min(blockBytes, from + end - at);
      visit(this.blocks[index]!, { start: from, end: to }, at - start);
      at += to - from;
    }
  }
}
