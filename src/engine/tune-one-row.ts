// Chooses, for each kind of matrix a model has, how many lanes walk its rows together, by running every choice.
import type { Gpu } from './gpu.ts';
import { linear } from './ops/linear.ts';
import { rowLanesChoices, type RowLanes } from './row-lanes.ts';
import type { Weight } from './weight.ts';

/** What a choice runs for at least, so that handing it to the GPU does not count; and the most often it runs. */
const leastSeconds = 0.002;
const mostRuns = 64;
const rounds = 3;

/**
 * Measures matrices of kinds that were not met before on this device; a fraction of a second for a model. Nothing is done
 * where every lane walks rows of its own (lanes.ts).
 */
export async function tuneOneRow(gpu: Gpu, weights: Iterable<Weight>, signal?: AbortSignal): Promise<void> {
  if (!gpu.lanes.coalesce) return;
  for (const { name, rows, columns, shards } of weights) {
    if (rows === 1) continue; // a vector
    for (const shard of shards) {
      if (gpu.rowLanes.has(shard, columns)) continue;
      signal?.throwIfAborted();
      const alone = { name, rows: shard.rows, columns, shards: [{ ...shard, firstRow: 0 }] };
      gpu.rowLanes.set(shard, columns, await fastest(gpu, alone));
    }
  }
}

async function fastest(gpu: Gpu, weight: Weight): Promise<RowLanes> {
  const [shard] = weight.shards;
  return gpu.scopeAsync(async () => {
    const x = gpu.upload(new Float32Array(weight.columns).fill(1), 1, weight.columns, 'row to measure');
    const time = async (choice: RowLanes, runs: number): Promise<number> => {
      gpu.rowLanes.set(shard!, weight.columns, choice);
      const start = performance.now();
      for (let run = 0; run < runs; run++) gpu.scope(() => void linear.forward(gpu, [x], { weight }));
      await gpu.settle();
      return (performance.now() - start) / 1000 / runs;
    };
    const best = new Map<RowLanes, number>();
    for (const choice of rowLanesChoices) await time(choice, 1); // compiles
    const once = await time(rowLanesChoices[0], 1);
    const runs = Math.min(mostRuns, Math.max(1, Math.ceil(leastSeconds / once)));
    for (let round = 0; round < rounds; round++)
      for (const choice of rowLanesChoices) {
        best.set(choice, Math.min(best.get(choice) ?? Infinity, await time(choice, runs)));
      }
    return [...best].toSorted(([, a], [, b]) => a - b)[0]![0];
  });
}
