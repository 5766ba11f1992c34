import { afterEach, expect, it, vi } from 'vitest';
import { cachedTunings } from './browser-tunings.ts';

afterEach(() => void vi.unstubAllGlobals());

it('keeps what was measured by device, in the cache of this site', async () => {
  const stored = new Map<string, Response>();
  const cache = {
    match: async (address: string) => stored.get(address)?.clone(),
    put: async (address: string, response: Response) => void stored.set(address, response),
  };
  const open = vi.fn(async () => cache);
  vi.stubGlobal('caches', { open });
  expect(await cachedTunings.read('apple metal-3')).toBeNull();
  await cachedTunings.write('apple metal-3', 'text');
  expect(await cachedTunings.read('apple metal-3')).toBe('text');
  expect(await cachedTunings.read('nvidia ampere')).toBeNull();
  expect([...stored.keys()]).toEqual(['/tuning/apple%20metal-3']);
  expect(new Set(open.mock.calls.flat())).toEqual(new Set(['tuning']));
});

it('keeps nothing where the browser stores nothing', async () => {
  vi.stubGlobal('caches', { open: () => Promise.reject(new DOMException('blocked', 'SecurityError')) });
  await cachedTunings.write('a GPU', 'text');
  expect(await cachedTunings.read('a GPU')).toBeNull();
  vi.stubGlobal('caches', undefined);
  expect(await cachedTunings.read('a GPU')).toBeNull();
});
