// A Gpu for tests, on the adapter that the test project chose by its environment (vitest.config.ts).
import { afterAll, beforeAll } from 'vitest';
import { create, globals } from 'webgpu';
import type { DeviceOptions } from './device.ts';
import { Gpu } from './gpu.ts';

Object.assign(globalThis, globals);
// Dawn's instance must stay reachable: the process aborts when it is garbage-collected.
const instance = create([]);

export const testGpu = (options?: DeviceOptions): Promise<Gpu> => Gpu.create(instance, options);

/** One device for a test file: made before its first test, destroyed after its last. */
export function useGpu(options?: DeviceOptions): () => Gpu {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await testGpu(options);
  });
  afterAll(() => gpu.destroy());
  return () => gpu;
}

/** max |actual − expected| / max |expected|. NaN counts as infinitely far. */
export function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let far = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const distance = Math.abs(actual[i]! - expected[i]!);
    far = Math.max(far, Number.isNaN(distance) ? Infinity : distance);
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return largest === 0 ? far : far / largest;
}
