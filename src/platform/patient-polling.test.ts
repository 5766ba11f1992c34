import { afterAll, beforeAll, expect, it } from 'vitest';
import { pollPatiently } from './patient-polling.ts';

const before = globalThis.setImmediate;
beforeAll(pollPatiently);
afterAll(() => {
  globalThis.setImmediate = before;
});

it('asks no more than every millisecond once a wait of an addon has lasted', async () => {
  const began = performance.now();
  let late = 0;
  await new Promise<void>((resolve) => {
    const ask = (): void => {
      const waited = performance.now() - began;
      if (waited > 10) late++;
      if (waited > 60) resolve();
      else setImmediate(native);
    };
    // As functions of an addon, bound ones have no source.
    const native = ask.bind(null);
    setImmediate(native);
  });
  expect(late).toBeGreaterThan(0);
  // Timers may come a little early; asking at every turn would make thousands.
  expect(late).toBeLessThan(100);
});

it('leaves the calls of everybody else as they were', async () => {
  const given = await new Promise((resolve) => {
    setImmediate((...all: unknown[]) => resolve(all), 1, 'two');
  });
  expect(given).toEqual([1, 'two']);
  const cleared = setImmediate(() => {
    throw new Error('should have been cleared');
  });
  clearImmediate(cleared);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
});
