// A model folder on disk. A file is opened for each read and closed again, so nothing has to be disposed of.
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../errors.ts';
import { checkLength, checkRange } from '../load/range.ts';
import type { Source, SourceFile } from '../load/source.ts';

export function nodeSource(path: string): Source {
  const folder = resolve(path);
  return {
    name: basename(folder) || folder,
    async open(name, signal) {
      signal?.throwIfAborted();
      await requireFolder(folder);
      return openFile(join(folder, name), name);
    },
    async list() {
      await requireFolder(folder);
      return readdir(folder);
    },
  };
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => explain(error, folder));
  if (found === null) {
    throw new AppError('SourceError', `The folder ${folder} does not exist. Give the path of a model folder.`);
  }
  if (!found.isDirectory()) {
    throw new AppError(
      'SourceError',
      `${folder} is a file, but a model folder is expected. Give the folder that holds it: ${dirname(folder)}`,
    );
  }
}

async function openFile(path: string, name: string): Promise<SourceFile | null> {
  const found = await stat(path).catch((error: unknown) => explain(error, path));
  if (found === null) return null;
  if (!found.isFile()) throw new AppError('SourceError', `${path} is not a file, but a file is expected there.`);
  const file: SourceFile = {
    name,
    size: found.size,
    async read(start, end, signal) {
      signal?.throwIfAborted();
      checkRange(file, start, end);
      return readBytes(path, start, end, signal);
    },
  };
  return file;
}

async function readBytes(
  path: string,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await open(path, 'r').catch((error: unknown) => explain(error, path));
  if (handle === null) throw new AppError('SourceError', `${path} disappeared while it was being read.`);
  try {
    const bytes = new Uint8Array(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      signal?.throwIfAborted();
      const length = Math.min(bytes.length - filled, largestRead);
      const { bytesRead } = await handle.read(bytes, filled, length, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    checkLength(path, start, end, filled);
    return bytes;
  } catch (error) {
    if (error instanceof AppError || signal?.aborted) throw error;
    throw new AppError('SourceError', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  } finally {
    await handle.close();
  }
}

/** Linux refuses reads of 2 GiB, and smaller ones can be cancelled in between. */
const largestRead = 2 ** 26;

/** null where nothing is there; a sentence for everything else. */
function explain(error: unknown, path: string): null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  const reason =
    code === 'EACCES' || code === 'EPERM' ? 'its permissions forbid it. Allow reading it' : messageOf(error);
  throw new AppError('SourceError', `${path} cannot be read: ${reason}.`, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
