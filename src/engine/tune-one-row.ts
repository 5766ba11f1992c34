// Chooses, for each kind of matrix a model has, how many lanes walk its rows together and how they add up, by running every
// choice.
import type { Gpu } from './gpu.ts';
import { linear } from './ops/linear.ts';
import { keyOf, type RowLanes } from './row-lanes.ts';
import type { Tensor } from './tensor.ts';
import type { Shard, Weight } from './weight.ts';

/** What running a choice must take beyond handing it to the GPU, to be told from the others; and the most that it runs. */
const leastSeconds = 0.003;
const mostRuns = 1024;
const rounds = 3;
/** Of the largest number of a product: sums in another order differ by far less, sums of other lanes by far more. */
const sameNumbers = 1e-3;

/**
 * Measures matrices of kinds that were not met before on this device; a fraction of a second for a model. Nothing is done
 * where every lane walks rows of its own (lanes.ts).
 */
export async function tuneOneRow(gpu: Gpu, weights: Iterable<Weight>, signal?: AbortSignal): Promise<void> {
  if (!gpu.lanes.coalesce) return;
  for (const kind of unknownKinds(gpu, weights)) {
    signal?.throwIfAborted();
    const [{ shards, columns }] = kind;
    const [shard] = shards;
    try {
      gpu.rowLanes.set(shard, columns, await fastest(gpu, kind));
    } catch (error) {
      gpu.rowLanes.forget(shard, columns);
      throw error;
    }
  }
}

/** Matrices of one shard each, stored alike. */
type KindOfMatrix = [OneShard, ...OneShard[]];
type OneShard = Weight & { readonly shards: readonly [Shard] };

/** Every shard as a matrix of its own, those of a kind together. */
function unknownKinds(gpu: Gpu, weights: Iterable<Weight>): KindOfMatrix[] {
  const kinds = new Map<string, KindOfMatrix>();
  for (const { name, rows, columns, shards } of weights) {
    if (rows === 1) continue; // a vector
    for (const shard of shards) {
      if (gpu.rowLanes.has(shard, columns)) continue;
      const key = keyOf(shard, columns);
      const alone: OneShard = { name, rows: shard.rows, columns, shards: [{ ...shard, firstRow: 0 }] };
      const known = kinds.get(key);
      if (known) known.push(alone);
      else kinds.set(key, [alone]);
    }
  }
  return [...kinds.values()];
}

async function fastest(gpu: Gpu, kind: KindOfMatrix): Promise<RowLanes> {
  const [{ shards, columns }] = kind;
  const [shard] = shards;
  return gpu.scopeAsync(async () => {
    const x = gpu.upload(
      Float32Array.from({ length: columns }, (_, i) => 1 + (i % 3)),
      1,
      columns,
      'row to measure',
    );
    const multiply = (choice: RowLanes, weight: OneShard): Tensor => {
      gpu.rowLanes.set(shard, columns, choice);
      return linear.forward(gpu, [x], { weight }).output;
    };
    // All matrices of a kind in turn, so that they come from memory, as they do when a model writes.
    const secondsOf = async (choice: RowLanes, runs: number): Promise<number> => {
      for (let run = 0; run < runs; run++) gpu.scope(() => void multiply(choice, kind[run % kind.length]!));
      const start = performance.now();
      await gpu.settle();
      return (performance.now() - start) / 1000;
    };
    const choices = await thatAgree(gpu, (choice) => multiply(choice, kind[0]));
    const [usual] = choices;
    let runs = 8;
    while (runs < mostRuns && (await secondsOf(usual, runs)) - (await secondsOf(usual, 1)) < leastSeconds) runs *= 2;
    const best = new Map<RowLanes, number>();
    for (let round = 0; round < rounds; round++)
      for (const choice of choices) {
        best.set(choice, Math.min(best.get(choice) ?? Infinity, await secondsOf(choice, runs)));
      }
    return [...best].toSorted(([, a], [, b]) => a - b)[0]![0];
  });
}

/** The first choice, and those that give the same numbers: WebGPU does not promise how lanes lie in subgroups. */
async function thatAgree(gpu: Gpu, multiply: (choice: RowLanes) => Tensor): Promise<[RowLanes, ...RowLanes[]]> {
  const numbersOf = (choice: RowLanes): Promise<Float32Array> => gpu.scopeAsync(() => gpu.readFloats(multiply(choice)));
  const [usual, ...others] = gpu.rowLanes.choices;
  const expected = await numbersOf(usual);
  const most = sameNumbers * expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const agreeing: [RowLanes, ...RowLanes[]] = [usual];
  for (const choice of others) {
    const found = await numbersOf(choice);
    if (found.every((value, i) => Math.abs(value - expected[i]!) <= most)) agreeing.push(choice);
  }
  return agreeing;
}
