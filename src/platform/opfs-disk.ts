// A Disk in the browser's private file system of this site. Writing needs a dedicated worker: only there may a file be
// written in place, which is what resuming at any byte takes.
import { AppError } from '../errors.ts';
import type { Disk, EditableFile } from '../hub/disk.ts';
import { memoryDisk } from '../hub/memory-disk.ts';
import { checkLength } from '../load/range.ts';
import { blobFile } from './blob-file.ts';

const rootName = 'models';
const probePrefix = '_probe-';
const mostReads = 10;

/** What file handles have in dedicated workers only. */
interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
}

interface SyncAccessHandle {
  getSize(): number;
  /** Both return how many bytes that were. */
  read(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

/** The device where the browser lets us store files, else memory, with a sentence that says why. */
export async function browserDisk(storage: StorageManager | undefined): Promise<Disk> {
  try {
    const root = await storage!.getDirectory();
    const models = await root.getDirectoryHandle(rootName, { create: true });
    const disk = opfsDisk(storage!, models);
    await disk.fits(1);
    return disk;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return memoryDisk({
      warning:
        'This browser does not let the page store models on the device (a private window, or blocked site data), so ' +
        `they are kept in memory and gone when the page is closed. Reason: ${reason}`,
    });
  }
}

function opfsDisk(storage: StorageManager, models: FileSystemDirectoryHandle): Disk {
  const editFile = (folder: string, name: string): Promise<EditableFile> =>
    stored(name, async () => {
      const directory = await models.getDirectoryHandle(folder, { create: true });
      const handle = await directory.getFileHandle(name, { create: true });
      return editable(name, await (handle as WorkerFileHandle).createSyncAccessHandle());
    });
  const folderOf = (name: string): Promise<FileSystemDirectoryHandle | null> => found(models.getDirectoryHandle(name));
  const handleOf = async (folder: string, name: string): Promise<FileSystemFileHandle | null> => {
    const directory = await folderOf(folder);
    return directory && found(directory.getFileHandle(name));
  };
  return {
    kind: 'device',
    warning: null,
    async folders() {
      const names: string[] = [];
      for await (const [name, handle] of models.entries()) {
        if (handle.kind === 'directory' && !name.startsWith(probePrefix)) names.push(name);
      }
      return names;
    },
    async files(folder) {
      const sizes = new Map<string, number>();
      const directory = await folderOf(folder);
      if (!directory) return sizes;
      for await (const [name, handle] of directory.entries()) {
        const file = handle.kind === 'file' ? await found((handle as FileSystemFileHandle).getFile()) : null;
        if (file) sizes.set(name, file.size);
      }
      return sizes;
    },
    async openFile(folder, name) {
      const handle = await handleOf(folder, name);
      return handle && blobFile(name, await handle.getFile(), gone(name));
    },
    editFile,
    replaceText: (folder, name, text) =>
      stored(name, async () => {
        const directory = await models.getDirectoryHandle(folder, { create: true });
        const handle = await directory.getFileHandle(name, { create: true });
        // Written beside the file and put in its place by closing.
        const writable = await handle.createWritable();
        try {
          await writable.write(text);
        } catch (error) {
          await writable.abort().catch(() => undefined);
          throw error;
        }
        await writable.close();
      }),
    async readText(folder, name) {
      for (let attempt = 1; ; attempt++) {
        const handle = await handleOf(folder, name);
        if (!handle) return null;
        try {
          return await (await handle.getFile()).text();
        } catch (error) {
          // Another tab put a new text in its place just now.
          if (attempt === mostReads) throw error;
        }
      }
    },
    async removeFile(folder, name) {
      const directory = await folderOf(folder);
      if (directory) await found(directory.removeEntry(name));
    },
    async removeFolder(folder) {
      await found(models.removeEntry(folder, { recursive: true }));
    },
    async space() {
      const { usage, quota } = await storage.estimate();
      if (usage === undefined || quota === undefined) return null;
      return { used: usage, free: Math.max(0, quota - usage), persistent: await storage.persisted() };
    },
    async fits(bytes) {
      // Of this tab alone: a file is open for writing once over all tabs.
      const folder = `${probePrefix}${crypto.randomUUID()}`;
      try {
        const file = await editFile(folder, 'probe');
        try {
          // A file of nothing but a length takes no time to make.
          await file.truncate(bytes);
          return true;
        } catch (error) {
          if (error instanceof AppError && error.name === 'StorageError') return false;
          throw error;
        } finally {
          await file.close();
        }
      } finally {
        await found(models.removeEntry(folder, { recursive: true }));
      }
    },
  };
}

/** Null where it does not exist. */
async function found<Value>(looked: Promise<Value>): Promise<Value | null> {
  try {
    return await looked;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null;
    throw error;
  }
}

const gone = (name: string): string =>
  `${name} cannot be read from this device any more; it was deleted. Open the model again.`;

function editable(name: string, handle: SyncAccessHandle): EditableFile {
  return {
    size: async () => handle.getSize(),
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      checkLength(name, start, end, handle.read(bytes, { at: start }));
      return bytes;
    },
    write: (start, bytes) =>
      stored(name, () => {
        const written = handle.write(bytes, { at: start });
        if (written < bytes.length) throw new DOMException('The disk is full.', 'QuotaExceededError');
      }),
    truncate: (size) =>
      stored(name, () => {
        handle.truncate(size);
        // Chromium says nothing where the space is too short.
        if (handle.getSize() !== size) throw new DOMException('The disk is full.', 'QuotaExceededError');
      }),
    flush: (): Promise<void> => stored(name, () => handle.flush()),
    close: async () => handle.close(),
  };
}

/** What the browser refuses to write, as a sentence. */
async function stored<Value>(name: string, write: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await write();
  } catch (cause) {
    if (!(cause instanceof DOMException) || cause.name === 'AbortError') throw cause;
    const sentence =
      cause.name === 'QuotaExceededError'
        ? 'The space that the browser gives this page is full.'
        : `${name} could not be written to this device (${cause.message}).`;
    throw new AppError('StorageError', sentence, { cause });
  }
}
