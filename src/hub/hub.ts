// Models from a hub: from the device where they are stored, else downloaded and stored, else read over the network.
import { AppError } from '../errors.ts';
import { parseJsonObject } from '../load/json.ts';
import type { Source } from '../load/source.ts';
import { hostOf, keyOf, type HubAddress } from './address.ts';
import { headersFor } from './credentials.ts';
import type { Disk } from './disk.ts';
import { download } from './download.ts';
import type { DownloadProgress } from './download-run.ts';
import { formatBytes } from './format-bytes.ts';
import { hubSource } from './hub-source.ts';
import { listModel, type Access, type RemoteModel } from './list-model.ts';
import { withLock, type Locks } from './locks.ts';
import { createModelStore, folderOf, lockOf, type ModelStore, type StoredModel } from './model-store.ts';
import { neededFiles, type NeededFile } from './needed-files.ts';
import type { Network } from './network.ts';
import { rangedFile } from './ranged-file.ts';
import { sizeOfRanges } from './ranges.ts';
import { journalName, manifestName, readJournal, writeRecord, type Manifest } from './records.ts';
import { refusal, subjectOf } from './refusal.ts';
import { fileUrl } from './remote-url.ts';

export interface HubOptions {
  readonly network: Network;
  readonly disk: Disk;
  readonly locks: Locks;
  /** Bytes of one request. */
  readonly pieceBytes?: number;
}

export type HubProgress =
  /** 'listing': asks what the repository holds. 'waiting': another tab downloads the same model. */
  { readonly phase: 'listing' | 'waiting'; readonly notice: string | null } | DownloadProgress;

export interface HubJob {
  /** Of a gated or private model; sent to the endpoint only and never stored. */
  readonly token?: string | null;
  /** False: reads over the network and stores nothing. */
  readonly store?: boolean;
  /** Aborting pauses: what has arrived is kept, and `store.remove` deletes it. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: HubProgress) => void) | undefined;
}

export interface OpenedHubModel {
  readonly source: Source;
  readonly commit: string;
  /** Null where it is read over the network. */
  readonly stored: StoredModel | null;
  /** Sentences the user should see: not stored, or only in memory, and why. */
  readonly warnings: readonly string[];
}

/** What a download would take, before it is started. */
export interface DownloadPlan {
  readonly commit: string;
  readonly files: readonly NeededFile[];
  readonly totalBytes: number;
  /** Of them, not on the device yet. */
  readonly missingBytes: number;
  /** Bytes this page may still store, about; null where the platform does not tell. `shortage` is sure. */
  readonly freeBytes: number | null;
  /** Why it cannot be stored and what to do, as a sentence; null where it can. */
  readonly shortage: string | null;
}

export interface Hub {
  readonly store: ModelStore;
  plan(address: HubAddress, job?: HubJob): Promise<DownloadPlan>;
  /** Touches no network where the model is stored. */
  open(address: HubAddress, job?: HubJob): Promise<OpenedHubModel>;
}

export function createHub({ network, disk, locks, pieceBytes }: HubOptions): Hub {
  const store = createModelStore(disk, locks);

  const accessOf = (address: HubAddress, { token, signal, onProgress }: HubJob): Access => ({
    network,
    headers: headersFor(address, token),
    signal,
    onWait: (notice) => onProgress?.({ phase: 'listing', notice }),
  });

  async function plan(address: HubAddress, job: HubJob = {}): Promise<DownloadPlan> {
    job.onProgress?.({ phase: 'listing', notice: null });
    const access = accessOf(address, job);
    const model = await listModel(address, access);
    const files = await neededFiles(model, (file) => readJsonFile(model, file.path, file.size, access));
    const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
    const missingBytes = totalBytes - (await keptBytes(disk, address, files));
    const space = await disk.space();
    const freeBytes = space?.free ?? null;
    const shortage = (await disk.fits(missingBytes)) ? null : shortageOf(address, missingBytes, freeBytes);
    return { commit: model.commit, files, totalBytes, missingBytes, freeBytes, shortage };
  }

  function stored(model: StoredModel): OpenedHubModel {
    const warnings = store.warning === null ? [] : [store.warning];
    return { source: store.source(model), commit: model.commit, stored: model, warnings };
  }

  function overNetwork(
    address: HubAddress,
    job: HubJob,
    { commit, files }: DownloadPlan,
    why: string[],
  ): OpenedHubModel {
    const headers = headersFor(address, job.token);
    return { source: hubSource({ network, address, commit, files, headers }), commit, stored: null, warnings: why };
  }

  async function fetchAndStore(address: HubAddress, job: HubJob): Promise<OpenedHubModel> {
    const folder = folderOf(keyOf(address));
    const planned = await plan(address, job);
    if (planned.shortage !== null) return overNetwork(address, job, planned, [planned.shortage]);
    // A manifest that is still here belongs to a model that is not whole any more.
    await disk.removeFile(folder, manifestName);
    const { commit, files } = planned;
    try {
      const { signal, onProgress } = job;
      const headers = headersFor(address, job.token);
      await download({ network, disk, folder, address, commit, files, headers, pieceBytes, signal, onProgress });
      const kept = files.map(({ name, size, checksum }) => ({ name, size, checksum, derived: false }));
      const manifest: Manifest = { address, commit, storedAt: Date.now(), files: kept };
      await disk.replaceText(folder, manifestName, writeRecord(manifest));
      await disk.removeFile(folder, journalName);
    } catch (error) {
      if (!(error instanceof AppError) || error.name !== 'StorageError') throw error;
      // It would never become whole, and takes what other things on this full device need.
      await disk.removeFolder(folder).catch(() => undefined);
      return overNetwork(address, job, planned, [`${error.message} ${readOverNetwork(address)}`]);
    }
    const model = await store.find(address);
    if (model) return stored(model);
    throw new AppError('StorageError', `${address.id} was deleted while it was being stored; open it again.`);
  }

  return {
    store,
    plan,
    async open(address, job = {}) {
      job.signal?.throwIfAborted();
      const found = await store.find(address);
      if (found) return stored(found);
      if (job.store === false) return overNetwork(address, job, await plan(address, job), []);
      const onWait = (): void =>
        job.onProgress?.({ phase: 'waiting', notice: `Another tab is downloading ${address.id}; waiting for it.` });
      return withLock(locks, lockOf(keyOf(address)), { signal: job.signal, onWait }, async () => {
        const finished = await store.find(address);
        return finished ? stored(finished) : fetchAndStore(address, job);
      });
    },
  };
}

async function readJsonFile({ address, commit }: RemoteModel, path: string, size: number, access: Access) {
  const asked = { address, headers: access.headers, file: path };
  const file = rangedFile({
    network: access.network,
    url: fileUrl(address, commit, path),
    name: path,
    subject: subjectOf(asked),
    size,
    headers: access.headers,
    refuse: (reply) => refusal(reply, asked),
  });
  return parseJsonObject(await file.read(0, size, access.signal), path);
}

async function keptBytes(disk: Disk, address: HubAddress, files: readonly NeededFile[]): Promise<number> {
  const journal = readJournal(await disk.readText(folderOf(keyOf(address)), journalName));
  const kept = journal?.files.filter((old) =>
    files.some(({ name, size, checksum }) => name === old.name && size === old.size && checksum === old.checksum),
  );
  return kept?.reduce((sum, { done }) => sum + sizeOfRanges(done), 0) ?? 0;
}

function shortageOf(address: HubAddress, missingBytes: number, freeBytes: number | null): string {
  const known = freeBytes !== null && freeBytes < missingBytes;
  const limit = known
    ? `but only ${formatBytes(freeBytes)} are free for this page`
    : 'more than the browser lets this page store';
  return `${address.id} needs ${formatBytes(missingBytes)}, ${limit}. ${readOverNetwork(address)}`;
}

const readOverNetwork = ({ endpoint }: HubAddress): string =>
  `It is read straight from ${hostOf(endpoint)} and not stored, so it is fetched again the next time. To store it, ` +
  'delete other models of this page or free space on the device.';
