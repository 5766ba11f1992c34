// The hub in the words of a session: models by the address a person typed, downloads as progress of loading.
import { AppError } from '../errors.ts';
import { defaultEndpoint, parseHubAddress, type HubAddress } from '../hub/address.ts';
import type { Hub, HubProgress } from '../hub/hub.ts';
import type { Source } from '../load/source.ts';
import type { HubModel, Job, LoadProgress, StoredModel, StoredModels } from '../session/session.ts';

export interface HubModels extends StoredModels {
  /** Downloads and stores it, unless it is stored: then no network is touched. Aborting keeps what has arrived. */
  open(
    model: HubModel,
    job: Job<LoadProgress>,
  ): Promise<{ readonly source: Source; readonly warnings: readonly string[] }>;
}

/** The hub is made when it is first asked for. */
export function hubModels(makeHub: () => Promise<Hub>): HubModels {
  let made: Promise<Hub> | null = null;
  const hub = (): Promise<Hub> => (made ??= makeHub());
  return {
    async open(model, { signal, onProgress = () => {} }) {
      const { source, warnings } = await (
        await hub()
      ).open(addressOf(model), {
        token: model.token ?? null,
        signal,
        onProgress: (progress) => onProgress(loadProgress(progress)),
      });
      return { source, warnings };
    },
    async storedModels() {
      const { store } = await hub();
      const [complete, unfinished, space] = await Promise.all([store.list(), store.unfinished(), store.space()]);
      return {
        models: [
          ...complete.map(({ key, address, bytes }) => stored(key, address, bytes, bytes, true)),
          ...unfinished.map(({ key, address, doneBytes, totalBytes }) =>
            stored(key, address, doneBytes, totalBytes, false),
          ),
        ],
        freeBytes: space?.free ?? null,
        persistent: space?.persistent ?? null,
        warning: store.warning,
      };
    },
    async removeModel({ key }) {
      await (await hub()).store.remove(key);
    },
    async planDownload(model, { signal } = {}) {
      const { files, ...plan } = await (await hub()).plan(addressOf(model), { token: model.token ?? null, signal });
      return { ...plan, files: files.length };
    },
  };
}

function addressOf({ address, endpoint = defaultEndpoint }: HubModel): HubAddress {
  const found = parseHubAddress(address, endpoint);
  if (found) return found;
  throw new AppError(
    'UsageError',
    `"${address}" names no model of a hub. Give owner/name, owner/name@revision, or the address of its page.`,
  );
}

function stored(
  key: string,
  { id, revision, endpoint }: HubAddress,
  bytes: number,
  totalBytes: number,
  complete: boolean,
): StoredModel {
  return { key, address: revision === 'main' ? id : `${id}@${revision}`, endpoint, bytes, totalBytes, complete };
}

function loadProgress(progress: HubProgress): LoadProgress {
  if (!('doneBytes' in progress)) return { phase: 'opening', doneBytes: 0, totalBytes: 0, notice: progress.notice };
  const checking =
    progress.phase === 'checking' ? 'Everything has arrived; checking that nothing was damaged on the way.' : null;
  return { ...progress, phase: 'downloading', notice: progress.notice ?? checking };
}
