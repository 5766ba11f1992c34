// The conversation that the passage belongs to, and how it is shown. Messages are sent by text-slice.ts, which reads and
// writes passages of both kinds.
import type { ChatSlice, Slice } from './slices.ts';
import type { ChatState } from './state.ts';

/** No conversation. */
export const noExchange = { exchange: null, past: [], toggledRuns: [] } as const satisfies Partial<ChatState>;

export const chatSlice: Slice<ChatSlice> = (set, get) => {
  const patch = (change: Partial<ChatState>): void => set(({ chat }) => ({ chat: { ...chat, ...change } }));
  return {
    chat: { chosen: null, system: '', templateShown: false, ...noExchange },
    chooseWriting: (chosen) => patch({ chosen }),
    changeSystem: (system) => patch({ system }),
    showTemplate: (templateShown) => patch({ templateShown, toggledRuns: [] }),
    toggleRun: (first) => {
      const { toggledRuns } = get().chat;
      const others = toggledRuns.filter((one) => one !== first);
      patch({ toggledRuns: others.length < toggledRuns.length ? others : [...others, first] });
    },
    takeBack: () => {
      const { exchange, past } = get().chat;
      const message = exchange?.messages.at(-1);
      if (!message) return;
      get().clearText();
      const before = past.at(-1);
      if (before) {
        const { exchange: earlier, ...passage } = before;
        set(({ text, chat }) => ({
          text: { ...text, ...passage, status: 'ready' },
          chat: { ...chat, exchange: earlier, past: past.slice(0, -1) },
        }));
      }
      get().editDraft(message.content);
    },
  };
};
