// Records ops as they run and sweeps back over them. One tape covers one block of a model; what to keep and what to
// compute again is decided by the caller (explain/), so the tape knows nothing of checkpoints.
import { add } from './ops/add.ts';
import type { Gpu } from './gpu.ts';
import type { MultiplierOf, Op, Output, RelevanceContext } from './op.ts';
import type { Storage } from './pool.ts';
import type { Tensor } from './tensor.ts';

interface Entry {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly saved: readonly Tensor[];
  /** The multiplier of each output → that of each input. */
  readonly relevance: (context: RelevanceContext, g: readonly (Tensor | null)[]) => readonly (Tensor | null)[];
}

/** Over a tape: from the multiplier of `output` to that of `input`. */
export interface WayBack {
  readonly output: Tensor;
  readonly g: Tensor;
  readonly input: Tensor;
  readonly last: boolean;
  readonly pause: () => Promise<void>;
}

export class Tape {
  private readonly entries: Entry[] = [];
  /** Outputs that were given back before the way back: their buffers may hold something else by now. */
  private readonly freed = new Set<Tensor>();
  /** Outputs that nobody has read: they are not computed. */
  private readonly unmade = new Set<Tensor>();

  /** `again`: forward was run before, so that only what relevance needs is computed. */
  constructor(
    private readonly gpu: Gpu,
    private readonly again = false,
  ) {}

  apply<Inputs extends readonly Tensor[], Options, Made extends Output>(
    op: Op<Inputs, Options, Made>,
    inputs: Inputs,
    options: Options,
  ): Made {
    const shape = this.again ? (op.unsaved?.(inputs, options) ?? null) : null;
    const run = () => op.forward(this.gpu, inputs, options);
    // Only ops with one output state a shape.
    const { output, saved } = shape
      ? { output: this.later(shape, () => run().output as Tensor) as Made, saved: [] }
      : run();
    const one = 'storage' in output;
    this.entries.push({
      inputs,
      outputs: one ? [output as Tensor] : (output as readonly Tensor[]),
      saved,
      relevance: (context, g) => op.relevance(context, (one ? g[0] : g) as MultiplierOf<Made>, saved, options),
    });
    return output;
  }

  /** A tensor that is computed when its storage is first asked for. */
  private later(shape: { readonly rows: number; readonly width: number }, make: () => Tensor): Tensor {
    let made: Tensor | null = null;
    const { unmade } = this;
    const tensor: Tensor = {
      ...shape,
      get storage() {
        unmade.delete(tensor);
        return (made ??= make()).storage;
      },
    };
    unmade.add(tensor);
    return tensor;
  }

  /** Frees everything the recorded ops made that no relevance step will read. Call it after each block. */
  releaseUnsaved(keep: readonly Tensor[]): void {
    const needed = new Set<Storage>(
      [...keep, ...this.entries.flatMap((entry) => entry.saved)].map(({ storage }) => storage),
    );
    for (const { outputs } of this.entries)
      for (const output of outputs) if (!this.unmade.has(output) && !needed.has(output.storage)) this.free(output);
  }

  /** Frees what is left of what the recorded ops made, after the last way back. */
  release(): void {
    for (const { outputs } of this.entries) for (const output of outputs) this.free(output);
  }

  private free(output: Tensor): void {
    if (this.unmade.has(output)) return;
    if (!this.freed.has(output)) this.gpu.release(output);
    this.freed.add(output);
  }

  /**
   * The multiplier of `input`, given that of `output`. Multipliers of a tensor that is used twice add up. The last time
   * over a tape gives back what lies behind, where it belongs to the current scope. Before each step it waits for `pause`,
   * which may throw.
   */
  async reverse(context: RelevanceContext, { output, g, input, last, pause }: WayBack): Promise<Tensor | null> {
    const multipliers = new Map<Tensor, Tensor>([[output, g]]);
    for (const entry of this.entries.toReversed()) {
      await pause();
      const received = entry.outputs.map((each) => multipliers.get(each) ?? null);
      if (received.every((each) => each === null)) continue;
      entry.relevance(context, received).forEach((g_x, index) => {
        if (!g_x) return;
        const tensor = entry.inputs[index]!;
        const before = multipliers.get(tensor);
        multipliers.set(tensor, before ? add.forward(this.gpu, [before, g_x], {}).output : g_x);
      });
      for (const each of entry.outputs) multipliers.delete(each);
      // An op may hand on the very multiplier it was given.
      const inUse = new Set([g, ...multipliers.values()].map(({ storage }) => storage));
      for (const g_y of received) if (g_y && !inUse.has(g_y.storage)) this.gpu.release(g_y);
      if (last) for (const each of entry.outputs) this.free(each);
    }
    return multipliers.get(input) ?? null;
  }
}
