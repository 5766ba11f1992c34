// Forward through a network block by block, seeds on top, and back once for each. A block is computed again when the sweep
// reaches it (checkpoint), once for all seeds, or kept (keepAll); the kernels and the numbers are the same. Texts and
// images differ only in what enters the first block and in what is seeded.
import type { Gpu } from '../engine/gpu.ts';
import { Ledger, type LedgerReading } from '../engine/ledger.ts';
import type { RelevanceContext } from '../engine/op.ts';
import type { Rules } from '../engine/rules.ts';
import { Tape } from '../engine/tape.ts';
import type { Tensor } from '../engine/tensor.ts';

export interface SweepOptions {
  readonly rules: Rules;
  readonly keepAll?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with 0 … 1. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** The network to sweep, over ops that record on the tape they are given. */
export interface SweptNetwork {
  readonly blocks: number;
  /** The leaf whose relevance is read: embedded tokens, image patches. */
  readonly input: Tensor;
  /** The leaf → the residual stream that enters the first block. */
  enter(input: Tensor): Tensor;
  block(layer: number, x: Tensor): Tensor;
  /** Each is explained by itself. */
  readonly targets: readonly SweptTarget[];
}

export interface SweptTarget {
  /** The top of the residual stream → what is seeded. */
  leave(x: Tensor): Tensor;
  /** The multiplier of what `leave` gave; may read it first, to choose a target. */
  seed(output: Tensor): Promise<Tensor>;
}

/** A switch between recording on a fresh tape and not recording at all. */
export class Recorder {
  current: Tape | null = null;

  constructor(private readonly gpu: Gpu) {}

  record<Result>(body: () => Result, again = false): { readonly tape: Tape; readonly result: Result } {
    const tape = (this.current = new Tape(this.gpu, again));
    try {
      return { tape, result: body() };
    } finally {
      this.current = null;
    }
  }
}

/** A reading for each target. Call within a scope of the gpu: it frees what the sweep leaves behind. */
export async function sweep(
  gpu: Gpu,
  recorder: Recorder,
  network: SweptNetwork,
  options: SweepOptions,
): Promise<LedgerReading[]> {
  const { rules, keepAll = false, signal, onProgress = () => {} } = options;
  const { blocks, input, targets } = network;
  const steps = blocks + 1 + blocks * targets.length;
  let step = 0;
  const pause = async (): Promise<void> => {
    await gpu.breathe();
    // What is encoded must not meet the next job, which may find its buffers gone.
    if (signal?.aborted) gpu.flush();
    signal?.throwIfAborted();
  };
  const proceed = async (): Promise<void> => {
    await pause();
    onProgress(++step / steps);
  };

  // Forward. stream[l] is what enters block l.
  const entrance = recorder.record(() => network.enter(input));
  const stream: Tensor[] = [entrance.result];
  const tapes = new Map<number, Tape>();
  for (let layer = 0; layer < blocks; layer++) {
    const x = stream[layer]!;
    // The way back begins with the last block: nothing is gained by forgetting it.
    if (keepAll || layer === blocks - 1) {
      const kept = recorder.record(() => network.block(layer, x));
      kept.tape.releaseUnsaved([kept.result]);
      tapes.set(layer, kept.tape);
      stream.push(kept.result);
    } else {
      stream.push(gpu.scope(() => network.block(layer, x)));
    }
    await proceed();
  }
  const top = stream[blocks]!;
  const paths: Path[] = [];
  for (const target of targets) {
    const exit = recorder.record(() => target.leave(top));
    const seed = await target.seed(exit.result);
    const ledger = new Ledger(gpu, blocks, Math.max(input.rows, top.rows));
    const context: RelevanceContext = { gpu, rules, ledger: rules.conserves ? ledger : null };
    const g = await exit.tape.reverse(context, { output: exit.result, g: seed, input: top, last: true, pause });
    paths.push({ context, ledger, g: g! });
  }
  await proceed();

  // Backward.
  for (let layer = blocks - 1; layer >= 0; layer--) {
    const x = stream[layer]!;
    const y = stream[layer + 1]!;
    const above = paths.map(({ g }) => g);
    const below = await gpu.scopeAsync(async () => {
      const kept = tapes.get(layer);
      const { tape, result } = kept ? { tape: kept, result: y } : recorder.record(() => network.block(layer, x), true);
      if (!kept) tape.releaseUnsaved([]);
      const multipliers: Tensor[] = [];
      for (const [index, { context, ledger, g }] of paths.entries()) {
        ledger.layer = layer;
        ledger.bookResidual(layer + 1, y, g);
        // The last one gives the tensors of a block that was computed again back on its way, so it shares their scope.
        const last = index === paths.length - 1;
        const way = { output: result, g, input: x, last: last && !kept, pause };
        const back = async (): Promise<Tensor> => (await tape.reverse(context, way))!;
        multipliers.push(await (last ? back() : gpu.scopeAsync(back)));
        await proceed();
      }
      return multipliers;
    });
    for (const g of above) gpu.release(g);
    tapes.get(layer)?.release();
    paths.forEach((path, index) => (path.g = below[index]!));
  }
  const readings: LedgerReading[] = [];
  for (const [index, { context, ledger, g }] of paths.entries()) {
    ledger.layer = blocks;
    ledger.bookResidual(0, stream[0]!, g);
    const last = index === paths.length - 1;
    const ofInput = await entrance.tape.reverse(context, { output: stream[0]!, g, input, last, pause });
    ledger.bookInputs(input, ofInput!);
    readings.push(await ledger.read());
  }
  return readings;
}

/** Of one target: where its multiplier has come to, and its books. */
interface Path {
  readonly context: RelevanceContext;
  readonly ledger: Ledger;
  g: Tensor;
}
