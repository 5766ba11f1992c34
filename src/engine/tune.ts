// Chooses, for each kind of matrix a model has, how a GPU multiplies it with one row and with many, there and back, by running
// every choice.
import { keyOf, type Chosen } from './chosen.ts';
import type { Gpu } from './gpu.ts';
import { linear } from './ops/linear.ts';
import { multiplyBack } from './ops/products.ts';
import type { Tensor } from './tensor.ts';
import type { Shard, Weight } from './weight.ts';

/** What running a choice must take beyond handing it to the GPU, to be told from the others; and the most that it runs. */
const leastSeconds = 0.01;
const mostRuns = 1024;
/** The first round meets every choice, the others those that took no more than so many times the best. */
const rounds = 3;
const stillInTheRace = 1.3;
/** Of the largest number of a product: sums in another order differ by far less, sums of other lanes by far more. */
const sameNumbers = 1e-3;
/** Of a text: as many as the largest tile takes. */
const tokens = 64;

/** Matrices of one shard each, stored alike. */
type KindOfMatrix = [OneShard, ...OneShard[]];
type OneShard = Weight & { readonly shards: readonly [Shard] };

/** What can be done in several ways. */
interface Contest<Choice extends { readonly name: string }> {
  readonly chosen: Chosen<Choice>;
  readonly rows: number;
  /** Of the product's input: as many as W has rows, or columns. */
  readonly width: (weight: Weight) => number;
  readonly multiply: (gpu: Gpu, x: Tensor, weight: Weight) => Tensor;
}

const forward = (gpu: Gpu, x: Tensor, weight: Weight): Tensor => linear.forward(gpu, [x], { weight }).output;

export interface Tuned {
  /** Weights that are multiplied with a row at a time. */
  readonly oneRow: readonly Weight[];
  /** Weights that texts or images are multiplied with as a whole, and that relevance goes back through. */
  readonly manyRows: readonly Weight[];
}

/**
 * Measures matrices of kinds that were not met before on this device; about a second for a model, most of it compiling.
 * Nothing is done where there is one way only, as on processors (lanes.ts).
 */
export async function tune(gpu: Gpu, { oneRow, manyRows }: Tuned, signal?: AbortSignal): Promise<void> {
  if (!gpu.lanes.coalesce) return;
  const { paced } = gpu;
  // Each choice in one submission, however slow this GPU seems.
  gpu.paced = false;
  try {
    await holdAll(gpu, { oneRow, manyRows }, signal);
  } finally {
    gpu.paced = paced;
  }
}

async function holdAll(gpu: Gpu, { oneRow, manyRows }: Tuned, signal: AbortSignal | undefined): Promise<void> {
  const { tuning } = gpu;
  const columnsOf = ({ columns }: Weight): number => columns;
  const rowsOf = ({ rows }: Weight): number => rows;
  const there = { width: columnsOf, multiply: forward };
  await hold(gpu, oneRow, { chosen: tuning.oneRow, rows: 1, ...there }, signal);
  await hold(gpu, manyRows, { chosen: tuning.tiles.forward, rows: tokens, ...there }, signal);
  const back = { width: rowsOf, multiply: multiplyBack };
  await hold(gpu, manyRows, { chosen: tuning.tiles.relevance, rows: tokens, ...back }, signal);
}

async function hold<Choice extends { readonly name: string }>(
  gpu: Gpu,
  weights: readonly Weight[],
  contest: Contest<Choice>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const kind of unknownKinds(weights, contest.chosen)) {
    signal?.throwIfAborted();
    const [{ shards, columns }] = kind;
    const [shard] = shards;
    try {
      contest.chosen.set(shard, columns, await fastest(gpu, kind, contest));
    } catch (error) {
      contest.chosen.forget(shard, columns);
      throw error;
    }
  }
}

/** Every shard as a matrix of its own, those of a kind together. */
function unknownKinds(weights: readonly Weight[], chosen: Pick<Chosen<never>, 'has'>): KindOfMatrix[] {
  const kinds = new Map<string, KindOfMatrix>();
  for (const { name, rows, columns, shards } of weights) {
    if (rows === 1) continue; // a vector
    for (const shard of shards) {
      if (chosen.has(shard, columns)) continue;
      const key = keyOf(shard, columns);
      const alone: OneShard = { name, rows: shard.rows, columns, shards: [{ ...shard, firstRow: 0 }] };
      const known = kinds.get(key);
      if (known) known.push(alone);
      else kinds.set(key, [alone]);
    }
  }
  return [...kinds.values()];
}

async function fastest<Choice extends { readonly name: string }>(
  gpu: Gpu,
  kind: KindOfMatrix,
  { chosen, rows, width, multiply }: Contest<Choice>,
): Promise<Choice> {
  const [first] = kind;
  const [shard] = first.shards;
  const { columns } = first;
  return gpu.scopeAsync(async () => {
    const wide = width(first);
    // No two rows alike.
    const numbers = Float32Array.from(
      { length: rows * wide },
      (_, i) => 1 + (((i % wide) + Math.floor(i / wide)) % 67) / 64,
    );
    const x = gpu.upload(numbers, rows, wide, 'rows to measure');
    const run = (choice: Choice, weight: OneShard): Tensor => {
      chosen.set(shard, columns, choice);
      return multiply(gpu, x, weight);
    };
    // All matrices of a kind in turn, so that they come from memory, as they do when a model writes.
    const secondsOf = async (choice: Choice, runs: number): Promise<number> => {
      for (let i = 0; i < runs; i++) gpu.scope(() => void run(choice, kind[i % kind.length]!));
      const start = performance.now();
      await gpu.settle();
      return (performance.now() - start) / 1000;
    };
    const [usual, ...others] = chosen.choices;
    const thatAgree = agreeing(gpu, usual, (choice) => run(choice, first));
    const remembered = chosen.rememberedOf(shard, columns);
    if (remembered === usual || (remembered && (await thatAgree([remembered])).length > 0)) return remembered;
    const choices = [usual, ...(await thatAgree(others))] as const;
    let runs = rows === 1 ? 8 : 1;
    while (runs < mostRuns && (await secondsOf(usual, runs)) - (await secondsOf(usual, 1)) < leastSeconds) runs *= 2;
    return race(choices, (choice) => secondsOf(choice, runs));
  });
}

/** Exported for its test. */
export async function race<Choice>(
  choices: readonly [Choice, ...Choice[]],
  secondsOf: (choice: Choice) => Promise<number>,
): Promise<Choice> {
  const best = new Map<Choice, number>(choices.map((choice) => [choice, Infinity]));
  for (let round = 0; round < rounds; round++) {
    const least = Math.min(...best.values());
    for (const [choice, seconds] of best)
      if (round === 0 || seconds <= stillInTheRace * least)
        best.set(choice, Math.min(seconds, await secondsOf(choice)));
  }
  return [...best].toSorted(([, a], [, b]) => a - b)[0]![0];
}

/** Those choices that give the numbers of the usual one: WebGPU does not promise how lanes lie in subgroups. */
function agreeing<Choice>(gpu: Gpu, usual: Choice, multiply: (choice: Choice) => Tensor) {
  const numbersOf = (choice: Choice): Promise<Float32Array> => gpu.scopeAsync(() => gpu.readFloats(multiply(choice)));
  return async (choices: readonly Choice[]): Promise<Choice[]> => {
    const expected = await numbersOf(usual);
    const most = sameNumbers * expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const found: Choice[] = [];
    for (const choice of choices) {
      const numbers = await numbersOf(choice);
      if (numbers.every((value, i) => Math.abs(value - expected[i]!) <= most)) found.push(choice);
    }
    return found;
  };
}
