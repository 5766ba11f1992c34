// The models on this device: list, read, delete, add a file made here. A model exists when its manifest does; what a
// closed page left behind is never listed, only taken up again by the next download or deleted.
import { AppError } from '../errors.ts';
import type { Source } from '../load/source.ts';
import { keyOf, type HubAddress } from './address.ts';
import { openDerivedFile, type DerivedFile } from './derived-file.ts';
import type { Disk, Space } from './disk.ts';
import { keepOnly } from './keep-only.ts';
import type { Locks } from './locks.ts';
import { sizeOfRanges } from './ranges.ts';
import { journalName, manifestName, readJournal, readManifest, type Manifest } from './records.ts';

export interface StoredModel extends Manifest {
  /** 'huggingface.co/owner/name@revision'. */
  readonly key: string;
  /** Of all its files. */
  readonly bytes: number;
}

export interface UnfinishedModel {
  readonly key: string;
  readonly address: HubAddress;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface ModelStore {
  /** 'memory' forgets when the page is closed; `warning` says why. */
  readonly kind: Disk['kind'];
  readonly warning: string | null;
  /** Complete models, the newest first. */
  list(): Promise<StoredModel[]>;
  /** Downloads that were paused or cut off: opening the model goes on with them. */
  unfinished(): Promise<UnfinishedModel[]>;
  /** Null where it is not complete, or where a file of it is missing or has another length than it should. A damaged file
   * that was made on this device is left out. */
  find(address: HubAddress): Promise<StoredModel | null>;
  source(model: StoredModel): Source;
  /** A complete or unfinished model; all its bytes. Refused while another tab writes it. */
  remove(key: string): Promise<void>;
  /** Starts a file made on this device. Null while another tab writes this model: it may just as well go without. */
  derive(model: StoredModel, name: string, size?: number): Promise<DerivedFile | null>;
  /** Deletes all weights of a complete model but the files of that format that were made here. */
  keepOnly(key: string, format: string): Promise<void>;
  space(): Promise<Space | null>;
}

export const folderOf = (key: string): string => encodeURIComponent(key);
export const lockOf = (key: string): string => `attnlrp-webgpu model ${key}`;

export function createModelStore(disk: Disk, locks: Locks): ModelStore {
  const keys = async (): Promise<string[]> => (await disk.folders()).map(decodeURIComponent);

  async function read(key: string): Promise<StoredModel | null> {
    const manifest = readManifest(await disk.readText(folderOf(key), manifestName));
    return manifest && { ...manifest, key, bytes: manifest.files.reduce((sum, { size }) => sum + size, 0) };
  }

  async function readUnfinished(key: string): Promise<UnfinishedModel | null> {
    if ((await read(key)) !== null) return null;
    const journal = readJournal(await disk.readText(folderOf(key), journalName));
    if (!journal) return null;
    const doneBytes = journal.files.reduce((sum, { done }) => sum + sizeOfRanges(done), 0);
    return { key, address: journal.address, doneBytes, totalBytes: journal.files.reduce((sum, f) => sum + f.size, 0) };
  }

  async function alone(key: string, change: () => Promise<void>): Promise<void> {
    const release = await locks.tryAcquire(lockOf(key));
    if (!release) {
      throw new AppError(
        'StorageError',
        `${key} is being downloaded or converted, here or in another tab. Stop that first, then delete the model.`,
      );
    }
    try {
      await change();
    } finally {
      release();
    }
  }

  return {
    kind: disk.kind,
    warning: disk.warning,
    space: () => disk.space(),
    async list() {
      const models = (await Promise.all((await keys()).map(read))).filter((model) => model !== null);
      return models.toSorted((a, b) => b.storedAt - a.storedAt);
    },
    async unfinished() {
      return (await Promise.all((await keys()).map(readUnfinished))).filter((model) => model !== null);
    },
    async find(address) {
      const model = await read(keyOf(address));
      if (!model) return null;
      const sizes = await disk.files(folderOf(model.key));
      const whole = model.files.filter(({ name, size }) => sizes.get(name) === size);
      // What was made on this device can be made again, as long as there is something to make it of.
      const lacks = model.files.some((file) => !file.derived && !whole.includes(file));
      if (lacks || !whole.some(({ name }) => name.endsWith('.safetensors'))) return null;
      return { ...model, files: whole };
    },
    source: (model) => storedSource(disk, model),
    remove: (key) => alone(key, () => disk.removeFolder(folderOf(key))),
    keepOnly: (key, format) =>
      alone(key, async () => {
        const model = await read(key);
        if (model) await keepOnly(disk, folderOf(key), model, format);
      }),
    async derive({ key }, name, size) {
      const release = await locks.tryAcquire(lockOf(key));
      if (!release) return null;
      try {
        // What this tab knows of the model may be older than what another tab made of it.
        const model = await read(key);
        if (!model) throw new AppError('StorageError', `${key} was deleted meanwhile; open the model again.`);
        return await openDerivedFile({ disk, folder: folderOf(key), manifest: model, name, size, release });
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

function storedSource(disk: Disk, { key, address, files }: StoredModel): Source {
  return {
    name: address.id,
    async open(name, signal) {
      signal?.throwIfAborted();
      const stored = files.find((file) => file.name === name);
      if (!stored) return null;
      const file = await disk.openFile(folderOf(key), name);
      if (file?.size === stored.size) return file;
      const found = file ? `has ${file.size} of ${stored.size} bytes` : 'is gone';
      throw new AppError(
        'SourceError',
        `${name} of the stored model ${address.id} ${found}; it was deleted or damaged. Open the model again.`,
      );
    },
    list: async () => files.map(({ name }) => name),
  };
}
