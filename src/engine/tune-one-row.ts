// Chooses, for each kind of matrix a model has, how many lanes walk its rows together, by running every choice.
import type { Gpu } from './gpu.ts';
import { linear } from './ops/linear.ts';
import { rowLanesChoices, type RowLanes } from './row-lanes.ts';
import type { Shard, Weight } from './weight.ts';

/** What running a choice must take beyond handing it to the GPU, to be told from the others; and the most that it runs. */
const leastSeconds = 0.003;
const mostRuns = 1024;
const rounds = 3;

/**
 * Measures matrices of kinds that were not met before on this device; a fraction of a second for a model. Nothing is done
 * where every lane walks rows of its own (lanes.ts).
 */
export async function tuneOneRow(gpu: Gpu, weights: Iterable<Weight>, signal?: AbortSignal): Promise<void> {
  if (!gpu.lanes.coalesce) return;
  for (const kind of unknownKinds(gpu, weights)) {
    signal?.throwIfAborted();
    const { shard, columns } = shardOf(kind[0]!);
    try {
      gpu.rowLanes.set(shard, columns, await fastest(gpu, kind));
    } catch (error) {
      gpu.rowLanes.forget(shard, columns);
      throw error;
    }
  }
}

const shardOf = ({ shards, columns }: Weight): { readonly shard: Shard; readonly columns: number } => ({
  shard: shards[0]!,
  columns,
});

/** Matrices of one shard each, those of a kind together. */
function unknownKinds(gpu: Gpu, weights: Iterable<Weight>): Weight[][] {
  const kinds = new Map<string, Weight[]>();
  for (const { name, rows, columns, shards } of weights) {
    if (rows === 1) continue; // a vector
    for (const shard of shards) {
      if (gpu.rowLanes.has(shard, columns)) continue;
      const key = `${shard.layout.name}, ${shard.rows} x ${columns}`;
      const alone = { name, rows: shard.rows, columns, shards: [{ ...shard, firstRow: 0 }] };
      kinds.set(key, [...(kinds.get(key) ?? []), alone]);
    }
  }
  return [...kinds.values()];
}

/** All matrices of a kind in turn, so that they come from memory, as they do when a model writes. */
async function fastest(gpu: Gpu, kind: readonly Weight[]): Promise<RowLanes> {
  const { shard, columns } = shardOf(kind[0]!);
  return gpu.scopeAsync(async () => {
    const x = gpu.upload(new Float32Array(columns).fill(1), 1, columns, 'row to measure');
    const secondsOf = async (choice: RowLanes, runs: number): Promise<number> => {
      gpu.rowLanes.set(shard, columns, choice);
      for (let run = 0; run < runs; run++) {
        gpu.scope(() => void linear.forward(gpu, [x], { weight: kind[run % kind.length]! }));
      }
      const start = performance.now();
      await gpu.settle();
      return (performance.now() - start) / 1000;
    };
    for (const choice of rowLanesChoices) await secondsOf(choice, 1); // compiles
    const [usual] = rowLanesChoices;
    let runs = 8;
    while (runs < mostRuns && (await secondsOf(usual, runs)) - (await secondsOf(usual, 1)) < leastSeconds) runs *= 2;
    const best = new Map<RowLanes, number>();
    for (let round = 0; round < rounds; round++)
      for (const choice of rowLanesChoices) {
        best.set(choice, Math.min(best.get(choice) ?? Infinity, await secondsOf(choice, runs)));
      }
    return [...best].toSorted(([, a], [, b]) => a - b)[0]![0];
  });
}
