// The hub in the words of a session: models by the address a person typed, downloads as progress of loading.
import { AppError } from '../errors.ts';
import { defaultEndpoint, parseHubAddress, type HubAddress } from '../hub/address.ts';
import { formatsOf, hasOriginals } from '../hub/converted-names.ts';
import { convertedFiles } from '../hub/converted-store.ts';
import type { Hub, HubProgress, OpenedHubModel } from '../hub/hub.ts';
import type { ModelStore } from '../hub/model-store.ts';
import type { Manifest } from '../hub/records.ts';
import type { OpenedSource } from '../session/platform.ts';
import type { HubModel, Job, LoadProgress, Quantisation, StoredModels } from '../session/session.ts';

export interface HubModels extends StoredModels {
  /** Downloads and stores it, unless it is stored: then no network is touched. Aborting keeps what has arrived. */
  open(model: HubModel, job: Job<LoadProgress>): Promise<OpenedSource>;
  /** From where it is stored, else over the network; nothing is stored. */
  peek(model: HubModel, job: { readonly signal?: AbortSignal }): Promise<OpenedSource>;
}

/** The hub is made when it is first asked for. */
export function hubModels(makeHub: () => Promise<Hub>): HubModels {
  let made: Promise<Hub> | null = null;
  const hub = (): Promise<Hub> => (made ??= makeHub());
  return {
    async open(model, { signal, onProgress = () => {} }) {
      const { open, store } = await hub();
      const opened = await open(addressOf(model), {
        token: model.token ?? null,
        signal,
        onProgress: (progress) => onProgress(loadProgress(progress)),
      });
      return openedSource(opened, store);
    },
    async peek(model, { signal }) {
      const { open, store } = await hub();
      return openedSource(await open(addressOf(model), { token: model.token ?? null, signal, store: false }), store);
    },
    async storedModels() {
      const { store } = await hub();
      const [complete, unfinished, space] = await Promise.all([store.list(), store.unfinished(), store.space()]);
      return {
        models: [
          ...complete.map((model) => ({
            ...named(model),
            bytes: model.bytes,
            totalBytes: model.bytes,
            formats: quantisationsOf(model),
            complete: true,
          })),
          ...unfinished.map((model) => ({
            ...named(model),
            bytes: model.doneBytes,
            totalBytes: model.totalBytes,
            formats: [],
            complete: false,
          })),
        ],
        freeBytes: space?.free ?? null,
        persistent: space?.persistent ?? null,
        warning: store.warning,
      };
    },
    async removeModel({ key }) {
      await (await hub()).store.remove(key);
    },
    async keepOnly({ key, quantize }) {
      await (await hub()).store.keepOnly(key, quantize);
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

const openedSource = ({ source, warnings, stored }: OpenedHubModel, store: ModelStore): OpenedSource => ({
  source,
  warnings,
  ...(stored && { converted: convertedFiles(store, stored) }),
});

function named({ key, address: { id, revision, endpoint } }: { readonly key: string; readonly address: HubAddress }) {
  return { key, address: revision === 'main' ? id : `${id}@${revision}`, endpoint };
}

const quantisationsOf = (model: Pick<Manifest, 'files'>): Quantisation[] => {
  const converted = formatsOf(model);
  const smaller = (['int8', 'int4'] as const).filter((format) => converted.includes(format));
  return hasOriginals(model) ? ['none', ...smaller] : smaller;
};

function loadProgress(progress: HubProgress): LoadProgress {
  if (!('doneBytes' in progress)) return { phase: 'opening', doneBytes: 0, totalBytes: 0, notice: progress.notice };
  const checking =
    progress.phase === 'checking' ? 'Everything has arrived; checking that nothing was damaged on the way.' : null;
  return { ...progress, phase: 'downloading', notice: progress.notice ?? checking };
}
