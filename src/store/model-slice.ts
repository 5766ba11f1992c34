// The open model. Opening another one ends every job of the old one and drops its text: its ids mean nothing any more.
import type { ModelLocation, Session } from '../session/session.ts';
import type { ModelSlice, ModelState, Slice } from './state.ts';

export const modelSlice =
  (session: Session): Slice<ModelSlice> =>
  (set, get) => {
    let serial = 0;
    let opening: AbortController | null = null;
    let settled: Promise<void> = Promise.resolve();

    async function open(location: ModelLocation, controller: AbortController): Promise<void> {
      const show = (model: ModelState): void => {
        if (opening === controller) set({ model });
      };
      try {
        const info = await session.load(location, {
          signal: controller.signal,
          onProgress: (progress) => show({ status: 'loading', location, progress }),
        });
        show({ status: 'ready', location, serial: ++serial, info });
      } catch (thrown) {
        if (opening !== controller) return;
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        show(controller.signal.aborted ? { status: 'idle' } : { status: 'failed', location, message });
        if (!controller.signal.aborted) get().report(thrown);
      }
    }

    return {
      model: { status: 'idle' },
      openModel: async (location) => {
        opening?.abort();
        opening = new AbortController();
        set({ model: { status: 'loading', location, progress: null } });
        get().clearText();
        settled = open(location, opening);
        await settled;
      },
      reopenModel: async () => {
        const { model } = get();
        if (model.status !== 'idle') await get().openModel(model.location);
      },
      cancelOpening: () => opening?.abort(),
      modelSettled: async () => {
        let awaited: Promise<void>;
        do {
          awaited = settled;
          await awaited;
          // Another model may have been chosen meanwhile.
        } while (awaited !== settled);
      },
    };
  };
