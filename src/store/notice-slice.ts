// What went wrong, in sentences, until the user closes it. Cancelling is not an error.
import type { NoticeSlice, Slice } from './state.ts';

export const noticeSlice: Slice<NoticeSlice> = (set, get) => {
  let lastId = 0;
  return {
    notices: [],
    report: (thrown) => {
      const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (name === 'AbortError') return;
      if (name === 'DeviceLostError') get().loseModels(message);
      // The same sentence twice helps nobody: the newer one replaces the older.
      set(({ notices }) => ({
        notices: [...notices.filter((notice) => notice.message !== message), { id: ++lastId, name, message }],
      }));
    },
    dismiss: (id) => set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
  };
};
