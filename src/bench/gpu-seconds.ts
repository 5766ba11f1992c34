// The time of a few dispatches by themselves: on the GPU's own clock where it has one, else from outside.
import type { Gpu } from '../engine/gpu.ts';
import { median } from './median.ts';

/** Median of one run in `repeats`, after one that compiles kernels and does not count. A run gives back what it makes. */
export async function gpuSeconds(gpu: Gpu, run: () => void, repeats: number): Promise<number> {
  gpu.scope(run);
  await gpu.settle();
  const times = await gpu.timeDispatches(async () => {
    for (let i = 0; i < repeats; i++) gpu.scope(run);
  });
  if (times === null) return wallSeconds(gpu, run, repeats);
  const dispatches = times.length / repeats;
  const runs = Array.from({ length: repeats }, (_, index) =>
    times.slice(index * dispatches, (index + 1) * dispatches).reduce((sum, { seconds }) => sum + seconds, 0),
  );
  return median(runs);
}

async function wallSeconds(gpu: Gpu, run: () => void, repeats: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) gpu.scope(run);
  await gpu.settle();
  return (performance.now() - start) / 1000 / repeats;
}
