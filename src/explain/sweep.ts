// Forward through a network block by block, a seed on top, and back. Each block is computed again when the sweep reaches
// it (checkpoint), or kept (keepAll); the kernels and the numbers are the same. Texts and images differ only in what
// enters the first block and in what the seed is.
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
  /** The top of the residual stream → what is seeded. */
  leave(x: Tensor): Tensor;
  /** The multiplier of what `leave` gave; may read it first, to choose a target. */
  seed(output: Tensor): Promise<Tensor>;
}

/** A switch between recording on a fresh tape and not recording at all. */
export class Recorder {
  current: Tape | null = null;

  constructor(private readonly gpu: Gpu) {}

  record<Result>(body: () => Result): { readonly tape: Tape; readonly result: Result } {
    const tape = (this.current = new Tape(this.gpu));
    try {
      return { tape, result: body() };
    } finally {
      this.current = null;
    }
  }
}

/** Call within a scope of the gpu: it frees what the sweep leaves behind. */
export async function sweep(
  gpu: Gpu,
  recorder: Recorder,
  network: SweptNetwork,
  options: SweepOptions,
): Promise<LedgerReading> {
  const { rules, keepAll = false, signal, onProgress = () => {} } = options;
  const { blocks, input } = network;
  const steps = 2 * blocks + 1;
  let step = 0;
  const breathe = async (): Promise<void> => {
    await gpu.pace();
    onProgress(++step / steps);
    signal?.throwIfAborted();
  };

  // Forward. stream[l] is what enters block l.
  const entrance = recorder.record(() => network.enter(input));
  const stream: Tensor[] = [entrance.result];
  const tapes: Tape[] = [];
  for (let layer = 0; layer < blocks; layer++) {
    const x = stream[layer]!;
    if (keepAll) {
      const kept = recorder.record(() => network.block(layer, x));
      kept.tape.releaseUnsaved([kept.result]);
      tapes.push(kept.tape);
      stream.push(kept.result);
    } else {
      stream.push(gpu.scope(() => network.block(layer, x)));
    }
    await breathe();
  }
  const top = stream[blocks]!;
  const exit = recorder.record(() => network.leave(top));
  const seed = await network.seed(exit.result);
  await breathe();

  // Backward.
  const ledger = new Ledger(gpu, blocks, Math.max(input.rows, top.rows));
  const context: RelevanceContext = { gpu, rules, ledger: rules.conserves ? ledger : null };
  let g = exit.tape.reverse(context, exit.result, seed, top)!;
  for (let layer = blocks - 1; layer >= 0; layer--) {
    const x = stream[layer]!;
    const y = stream[layer + 1]!;
    ledger.layer = layer;
    ledger.bookResidual(layer + 1, y, g);
    const above = g;
    g = gpu.scope(() => {
      const kept = tapes[layer];
      if (kept) return kept.reverse(context, y, above, x)!;
      const again = recorder.record(() => network.block(layer, x));
      again.tape.releaseUnsaved([again.result]);
      return again.tape.reverse(context, again.result, above, x)!;
    });
    gpu.release(above);
    await breathe();
  }
  ledger.layer = blocks;
  ledger.bookResidual(0, stream[0]!, g);
  ledger.bookInputs(input, entrance.tape.reverse(context, stream[0]!, g, input)!);
  return ledger.read();
}
