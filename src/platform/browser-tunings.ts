// What was measured on a device, between visits: in the cache of this site, under addresses that no server has.
import type { KeptTunings } from '../session/platform.ts';

const cacheName = 'tuning';

/** Nothing is kept where the browser stores nothing for the page: it is measured again then. */
export const cachedTunings: KeptTunings = {
  async read(device) {
    try {
      const found = await (await caches.open(cacheName)).match(addressOf(device));
      return found ? await found.text() : null;
    } catch {
      return null;
    }
  },
  async write(device, text) {
    try {
      await (await caches.open(cacheName)).put(addressOf(device), new Response(text));
    } catch {
      // Blocked or full storage costs a measurement, nothing else.
    }
  },
};

const addressOf = (device: string): string => `/tuning/${encodeURIComponent(device)}`;
