// The open model. A folder that cannot be opened leaves the model before it, and its text, as they were; a new model
// drops the old text, whose ids mean nothing any more.
import type { ModelLocation, Session } from '../session/session.ts';
import type { ModelSlice, ModelState, Slice } from './state.ts';

/** The files are at fault (or the user changed their mind), so the session still holds the model before. */
const keepsModelBefore = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  ['AbortError', 'SourceError', 'FormatError', 'UnsupportedError', 'TokenizerError'].includes(thrown.name);

const withName = (thrown: unknown, message: string): Error =>
  Object.assign(new Error(message, { cause: thrown }), { name: thrown instanceof Error ? thrown.name : 'Error' });

export const modelSlice =
  (session: Session): Slice<ModelSlice> =>
  (set, get) => {
    let serial = 0;
    let opening: AbortController | null = null;
    let settled: Promise<void> = Promise.resolve();
    let before: Extract<ModelState, { status: 'ready' }> | null = null;

    /** The passage of the model before; a run that waits for the new one has no tokens yet. */
    const hasOldText = (): boolean => get().text.tokens.length > 0;

    async function open(location: ModelLocation, controller: AbortController): Promise<void> {
      const show = (model: ModelState): void => {
        if (opening === controller) set({ model });
      };
      try {
        const info = await session.load(location, {
          signal: controller.signal,
          onProgress: (progress) => show({ status: 'loading', location, progress }),
        });
        before = { status: 'ready', location, serial: ++serial, info };
        if (hasOldText()) get().clearText();
        show(before);
      } catch (thrown) {
        if (!keepsModelBefore(thrown)) before = null;
        if (hasOldText() && !before) get().clearText();
        if (opening !== controller) return;
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        show(before ?? (controller.signal.aborted ? { status: 'idle' } : { status: 'failed', location, message }));
        if (controller.signal.aborted) return;
        get().report(before ? withName(thrown, `${message} ${before.info.name} stays open.`) : thrown);
      }
    }

    return {
      model: { status: 'idle' },
      openModel: async (location) => {
        opening?.abort();
        opening = new AbortController();
        set({ model: { status: 'loading', location, progress: null } });
        // Jobs run one after the other: what the old model still does would only delay the new one.
        if (hasOldText()) get().stop();
        if (get().explanation.status === 'loading') get().clearExplanation();
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
