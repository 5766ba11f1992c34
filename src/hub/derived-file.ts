// A file made on this device out of a stored model, such as its converted weights. It belongs to the model from the
// moment it is committed; one manifest both adds it and drops the files it replaces.
import { AppError } from '../errors.ts';
import type { Disk, EditableFile } from './disk.ts';
import { formatBytes } from './format-bytes.ts';
import type { Release } from './locks.ts';
import { manifestName, writeRecord, type Manifest } from './records.ts';

export interface DerivedFile {
  readonly name: string;
  /** Bytes so far. */
  readonly size: number;
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Anywhere in the file; whoever leaves gaps fills them before it is committed. */
  write(start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Adds the file to the model and deletes those of the given names. Ends the writing. */
  commit(options?: { readonly replaces?: readonly string[] }): Promise<void>;
  /** Leaves nothing behind. Ends the writing; may be called after a failed append or commit. */
  abort(): Promise<void>;
}

export interface DerivedFileOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly name: string;
  /** Of the finished file, where it is known: space is asked for before anything is written. */
  readonly size?: number | undefined;
  readonly release: Release;
}

export async function openDerivedFile(options: DerivedFileOptions): Promise<DerivedFile> {
  const { disk, folder, name, release } = options;
  const { address, commit, storedAt } = options.manifest;
  // One that was made before is made again: from here on it is not part of the model any more.
  const files = options.manifest.files.filter((file) => !(file.derived && file.name === name));
  if (files.some((file) => file.name === name) || !/^[\w.-]+$/.test(name) || name.startsWith('_')) {
    throw new AppError('UsageError', `"${name}" cannot be added to ${address.id}: the name is taken or not allowed.`);
  }
  if (files.length < options.manifest.files.length) {
    await disk.replaceText(folder, manifestName, writeRecord({ address, commit, storedAt, files }));
  }
  await removeLeftovers(disk, folder, new Set([manifestName, ...files.map((file) => file.name)]));
  await requireSpace(disk, name, options.size);
  const file: EditableFile = await disk.editFile(folder, name);
  let size = 0;
  let open = true;
  let committed = false;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await file.close();
  };
  const requireOpen = (): void => {
    if (!open) throw new AppError('UsageError', `${name} has been committed or given up; nothing can be added to it.`);
  };
  const write = async (start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    requireOpen();
    await file.write(start, bytes);
    size = Math.max(size, start + bytes.length);
  };
  return {
    name,
    get size() {
      return size;
    },
    append: (bytes) => write(size, bytes),
    write,
    async commit({ replaces = [] } = {}) {
      requireOpen();
      if (options.size !== undefined && size !== options.size) {
        throw new AppError('UsageError', `${name} was announced with ${options.size} bytes but has ${size}.`);
      }
      await file.flush();
      await close();
      const kept = files.filter((stored) => !replaces.includes(stored.name));
      const added = { name, size, checksum: null, derived: true };
      const manifest: Manifest = { address, commit, storedAt, files: [...kept, added] };
      await disk.replaceText(folder, manifestName, writeRecord(manifest));
      committed = true;
      for (const replaced of replaces) await disk.removeFile(folder, replaced);
      release();
    },
    async abort() {
      try {
        await close();
        if (!committed) await disk.removeFile(folder, name);
      } finally {
        release();
      }
    },
  };
}

/** Of pages that were closed while they wrote. */
async function removeLeftovers(disk: Disk, folder: string, known: ReadonlySet<string>): Promise<void> {
  for (const name of (await disk.files(folder)).keys()) if (!known.has(name)) await disk.removeFile(folder, name);
}

async function requireSpace(disk: Disk, name: string, size = 0): Promise<void> {
  if (await disk.fits(size)) return;
  throw new AppError('StorageError', `${name} needs ${formatBytes(size)}, more than this page may still store.`);
}
