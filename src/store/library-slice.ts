// The models that are stored on this device, and what another one would take.
import type { Session, StoredModels } from '../session/session.ts';
import { withToken } from './access-token.ts';
import type { LibrarySlice, Slice, Surroundings } from './slices.ts';

export const librarySlice =
  (
    models: StoredModels & Pick<Session, 'planModel'>,
    { keepStored }: Pick<Surroundings, 'keepStored'>,
  ): Slice<LibrarySlice> =>
  (set, get) => ({
    library: null,
    readLibrary: async () => {
      try {
        set({ library: await models.storedModels() });
      } catch (thrown) {
        get().report(thrown);
      }
    },
    deleteModel: async (key) => {
      try {
        await models.removeModel({ key });
      } catch (thrown) {
        get().report(thrown);
      }
      await get().readLibrary();
    },
    keepOnly: async (key, quantize) => {
      try {
        await models.keepOnly({ key, quantize });
      } catch (thrown) {
        get().report(thrown);
      }
      await get().readLibrary();
    },
    planModel: (location, signal) => {
      const { settings } = get();
      const { memoryBytes, cache } = settings;
      return models.planModel(
        {
          ...withToken(location, settings),
          ...(memoryBytes !== null && { memoryBytes }),
          ...(cache !== 'f32' && { cache }),
        },
        signal ? { signal } : {},
      );
    },
    planDownload: async (location) => {
      const plan = await models.planDownload(withToken(location, get().settings));
      // Refused by many browsers until a site is used more often; nothing depends on it.
      void keepStored?.().catch(() => undefined);
      return plan;
    },
    cancelDownload: async (kind) => {
      const state = kind === 'language' ? get().model : get().imageModel;
      if (state.status !== 'loading' || state.location.kind !== 'hub') return;
      const before = get().library?.models.map(({ key }) => key);
      const { address } = state.location;
      await get().cancelOpening(kind);
      await get().readLibrary();
      const unfinished = get().library?.models.filter(({ complete }) => !complete) ?? [];
      const named = unfinished.find((model) => address === model.address || address.endsWith(`/${model.address}`));
      const left = named ?? unfinished.find(({ key }) => before?.includes(key) === false);
      if (left) await get().deleteModel(left.key);
    },
  });
