// What went wrong, in sentences, until the user closes it. Cancelling is not an error.
import type { Remedies } from '../errors.ts';
import type { NoticeSlice, Slice } from './slices.ts';
import type { Offer, Opening } from './state.ts';

/** What an error says can be done, as things to do. */
function offersOf(thrown: unknown, opening: Opening | undefined): Offer[] {
  const { close, quantize }: Remedies = (thrown instanceof Error && 'remedies' in thrown && thrown.remedies) || {};
  const offers: Offer[] = [];
  if (quantize && opening)
    offers.push({ close: null, open: { ...opening, location: { ...opening.location, quantize } } });
  if (close) offers.push({ close, open: opening ?? null });
  return offers;
}

export const noticeSlice: Slice<NoticeSlice> = (set, get) => {
  let lastId = 0;
  return {
    notices: [],
    report: (thrown, opening) => {
      const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (name === 'AbortError') return;
      if (name === 'DeviceLostError') get().loseModels(message);
      // The same sentence twice helps nobody: the newer one replaces the older.
      set(({ notices }) => ({
        notices: [
          ...notices.filter((notice) => notice.message !== message),
          { id: ++lastId, name, message, offers: offersOf(thrown, opening), opening: opening ?? null },
        ],
      }));
    },
    accept: async (offer) => {
      set(({ notices }) => ({ notices: notices.filter(({ offers }) => !offers.includes(offer)) }));
      if (offer.close) await get().closeModel(offer.close);
      if (offer.open) await get().openModel(offer.open.location, offer.open.expected);
    },
    dismiss: (id) => set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
  };
};
