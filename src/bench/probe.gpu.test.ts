import { expect, it } from 'vitest';
import { useGpu } from '../engine/gpu.test-helper.ts';
import { probeStreaming } from './probe.ts';

const gpu = useGpu();

// It checks the sum of all words for every shape, and throws where one is wrong.
it('reads every word once, at a speed that memory can have, and leaves nothing behind', async () => {
  const { liveBytes } = gpu().pool;
  const { bytes, bytesPerSecond, shape } = await probeStreaming(gpu(), 4 * 2 ** 20, 3);
  expect(bytes).toBe(4 * 2 ** 20);
  // From a software driver on a busy machine to the fastest memory there is, caches included.
  expect(bytesPerSecond).toBeGreaterThan(1e6);
  expect(bytesPerSecond).toBeLessThan(1e14);
  expect(shape.lanes * shape.foursPerLane * 16).toBeLessThanOrEqual(2 ** 20);
  expect(gpu().pool.liveBytes).toBe(liveBytes);
});
