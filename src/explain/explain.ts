// One explanation: forward over the whole text, a seed at the last position, and back through the blocks. Each block is
// computed again when the sweep reaches it (checkpoint), or kept (keepAll); the kernels and the numbers are the same.
import { AppError } from '../errors.ts';
import { recordingOps } from '../engine/gpu-ops.ts';
import { Ledger, total, type LedgerReading } from '../engine/ledger.ts';
import type { RelevanceContext } from '../engine/op.ts';
import { seedMultiplier } from '../engine/ops/embed.ts';
import { Tape } from '../engine/tape.ts';
import type { Tensor } from '../engine/tensor.ts';
import { checkIds, checkVocabulary } from './check-ids.ts';
import type { LoadedModel } from './loaded-model.ts';
import { methods, type Method } from './methods.ts';
import { likeliest, scoreOf, scoreValue, type Ranked, type Scalar, type Score } from './score.ts';

export interface ExplainOptions {
  readonly ids: readonly number[];
  /** null = the likeliest token. */
  readonly target: number | null;
  readonly contrast: number | null;
  readonly scalar: Scalar;
  readonly method: Method;
  readonly keepAll?: boolean;
  /** The seed is multiplied by this, and so is every relevance; 1 unless linearity itself is being tested. */
  readonly seedScale?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with 0 … 1. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

export interface TextExplanation {
  readonly target: number;
  readonly score: number;
  readonly logits: Float32Array;
  readonly candidates: readonly Ranked[];
  /** Per input token. */
  readonly relevance: readonly number[];
  /** [layer][token], layer 0 first: the residual stream leaving that layer. */
  readonly layers: readonly (readonly number[])[];
  /** Null where the method has none. */
  readonly absorbed: { readonly softmax: number; readonly biases: number; readonly router: number } | null;
}

/** @throws ContextError for no or too many tokens, NumericalError, AbortError, GPU errors. */
export async function explain(loaded: LoadedModel, options: ExplainOptions): Promise<TextExplanation> {
  const { gpu, model } = loaded;
  checkIds(options.ids, loaded);
  checkVocabulary([options.target, options.contrast], loaded);
  return gpu.scopeAsync(async () => {
    const { ids, signal, onProgress = () => {} } = options;
    const rules = methods[options.method];
    let tape: Tape | null = null;
    const network = model.bind(
      recordingOps(gpu, () => tape, loaded.rotationTable),
      loaded.weight,
    );
    const steps = 2 * network.blocks + 1;
    let step = 0;
    const breathe = async (): Promise<void> => {
      await gpu.pace();
      onProgress(++step / steps);
      signal?.throwIfAborted();
    };
    const recorded = <Result>(body: () => Result): { readonly tape: Tape; readonly result: Result } => {
      tape = new Tape(gpu);
      const result = { tape, result: body() };
      tape = null;
      return result;
    };

    // Forward. inputs[l] is what enters block l.
    const idTensor = gpu.upload(Uint32Array.from(ids), ids.length, 1, 'ids');
    const inputs: Tensor[] = [network.embed(idTensor)];
    const tapes: Tape[] = [];
    for (let layer = 0; layer < network.blocks; layer++) {
      const x = inputs[layer]!;
      if (options.keepAll) {
        const kept = recorded(() => network.block(layer, x));
        kept.tape.releaseUnsaved([kept.result]);
        tapes.push(kept.tape);
        inputs.push(kept.result);
      } else {
        inputs.push(gpu.scope(() => network.block(layer, x)));
      }
      await breathe();
    }
    const top = inputs[network.blocks]!;
    const final = recorded(() => network.final(top));
    const logits = await gpu.readFloats(network.logits(final.result));
    checkFinite(logits, 'The logits');
    const target = options.target ?? likeliest(logits, 1)[0]!.id;
    const score = scoreOf(target, options.contrast, options.scalar);
    await breathe();

    // Backward.
    const ledger = new Ledger(gpu, network.blocks, ids.length);
    const context: RelevanceContext = { gpu, rules, ledger: rules.conserves ? ledger : null };
    ledger.layer = network.blocks;
    const seed = seedOf(loaded, score, options.seedScale ?? 1);
    let g = final.tape.reverse(context, final.result, seed, top)!;
    for (let layer = network.blocks - 1; layer >= 0; layer--) {
      const x = inputs[layer]!;
      ledger.layer = layer;
      ledger.bookResidual(layer + 1, inputs[layer + 1]!, g);
      const above = g;
      g = gpu.scope(() => {
        const kept = tapes[layer];
        if (kept) return kept.reverse(context, inputs[layer + 1]!, above, x)!;
        const again = recorded(() => network.block(layer, x));
        return again.tape.reverse(context, again.result, above, x)!;
      });
      gpu.release(above);
      await breathe();
    }
    ledger.bookResidual(0, inputs[0]!, g);
    return summarise(await ledger.read(), options, rules.conserves, { target, score, logits });
  });
}

/** c · W_head (AttnLRP section 5): a gather of rows, and the mean row where the mean logit is part of the score. */
function seedOf(loaded: LoadedModel, score: Score, scale: number): Tensor {
  const { gpu, model } = loaded;
  const head = loaded.weight(model.head);
  const ids = gpu.upload(Uint32Array.from(score.ids), score.ids.length, 1, 'seed ids');
  const scaled = Float32Array.from(score.coefficients, (coefficient) => coefficient * scale);
  const coefficients = gpu.upload(scaled, scaled.length, 1, 'seed coefficients');
  const meanRow = score.shift === 0 ? coefficients : loaded.meanHeadRow();
  return seedMultiplier(gpu, head, { ids, coefficients, shift: score.shift * scale, meanRow });
}

function summarise(
  reading: LedgerReading,
  options: ExplainOptions,
  conserves: boolean,
  { target, score, logits }: { target: number; score: Score; logits: Float32Array },
): TextExplanation {
  for (const [layer, line] of reading.residual.entries()) checkFinite(line, `The relevance below layer ${layer}`);
  const { softmax, biases, router } = reading.absorbed;
  return {
    target,
    score: scoreValue(score, logits) * (options.seedScale ?? 1),
    logits,
    candidates: likeliest(logits, 10),
    relevance: Array.from(reading.residual[0]!),
    layers: reading.residual.slice(1).map((line) => Array.from(line)),
    absorbed: conserves ? { softmax: total(softmax), biases: total(biases), router: total(router) } : null,
  };
}

/** A number that is none must never be drawn as one. */
export function checkFinite(values: Float32Array, what: string): void {
  for (const value of values) {
    if (Number.isFinite(value)) continue;
    throw new AppError(
      'NumericalError',
      `${what} came out as ${value}: the numbers of this model overflowed on this device. Check the weights, or use a format with a wider range.`,
    );
  }
}
