// Explains the score of the token that comes next after a text: which score, where its seed is, what comes back.
import { recordingOps } from '../engine/gpu-ops.ts';
import { total, type LedgerReading } from '../engine/ledger.ts';
import { seedMultiplier } from '../engine/ops/embed.ts';
import type { Tensor } from '../engine/tensor.ts';
import { checkFinite } from './check-finite.ts';
import { checkIds, checkVocabulary } from './check-ids.ts';
import type { LoadedModel } from './loaded-model.ts';
import { methods, type Method } from './methods.ts';
import { likeliest, scoreOf, scoreValue, type Ranked, type Scalar, type Score } from './score.ts';
import { Recorder, sweep, type SweptNetwork } from './sweep.ts';

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
    const { ids } = options;
    const rules = methods[options.method];
    const recorder = new Recorder(gpu);
    const network = model.bind(
      recordingOps(gpu, () => recorder.current, loaded.rotationTable),
      loaded.weight,
    );
    let chosen: Chosen | null = null;
    const swept: SweptNetwork = {
      blocks: network.blocks,
      input: network.embed(gpu.upload(Uint32Array.from(ids), ids.length, 1, 'ids')),
      enter: (embedded) => embedded,
      block: network.block,
      leave: network.final,
      async seed(hidden) {
        const logits = await gpu.readFloats(network.logits(hidden));
        checkFinite(logits, 'The logits');
        const target = options.target ?? likeliest(logits, 1)[0]!.id;
        chosen = { target, logits, score: scoreOf(target, options.contrast, options.scalar) };
        return seedOf(loaded, chosen.score, options.seedScale ?? 1);
      },
    };
    const reading = await sweep(gpu, recorder, swept, { ...options, rules });
    return summarise(reading, options, rules.conserves, chosen!);
  });
}

interface Chosen {
  readonly target: number;
  readonly score: Score;
  readonly logits: Float32Array;
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
  { target, score, logits }: Chosen,
): TextExplanation {
  for (const [layer, line] of reading.residual.entries()) checkFinite(line, `The relevance below layer ${layer}`);
  const { softmax, biases, router } = reading.absorbed;
  return {
    target,
    score: scoreValue(score, logits) * (options.seedScale ?? 1),
    logits,
    candidates: likeliest(logits, 10),
    relevance: Array.from(reading.inputs),
    layers: reading.residual.slice(1).map((line) => Array.from(line)),
    absorbed: conserves ? { softmax: total(softmax), biases: total(biases), router: total(router) } : null,
  };
}
