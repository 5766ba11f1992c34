// Explains scores of tokens in a text: which score, where its seed is, what comes back.
import { recordingOps } from '../engine/gpu-ops.ts';
import { total, type LedgerReading } from '../engine/ledger.ts';
import { seedMultiplier } from '../engine/ops/embed.ts';
import type { Tensor } from '../engine/tensor.ts';
import { checkFinite } from './check-finite.ts';
import { checkIds, checkPosition, checkVocabulary } from './check-ids.ts';
import type { LoadedModel } from './loaded-model.ts';
import { methods, type Method } from './methods.ts';
import { likeliest, scoreOf, scoreValue, type Ranked, type Scalar, type Score } from './score.ts';
import { Recorder, sweep, type SweptNetwork, type SweptTarget } from './sweep.ts';

interface Manner {
  readonly scalar: Scalar;
  readonly method: Method;
  readonly keepAll?: boolean;
  /** The seed is multiplied by this, and so is every relevance; 1 unless linearity itself is being tested. */
  readonly seedScale?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with 0 … 1. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

export interface ExplainedToken {
  /** Which token of the text was to be predicted: 1 … ids.length, the last being the one that would come next. */
  readonly position: number;
  /** null = the likeliest token. */
  readonly target: number | null;
  readonly contrast: number | null;
}

export interface ExplainOptions extends Manner, Omit<ExplainedToken, 'position'> {
  readonly ids: readonly number[];
}

export interface ExplainEachOptions extends Manner {
  readonly ids: readonly number[];
  readonly targets: readonly ExplainedToken[];
}

export interface TextExplanation {
  readonly target: number;
  readonly score: number;
  readonly logits: Float32Array;
  readonly candidates: readonly Ranked[];
  /** Of each token before the explained one. */
  readonly relevance: readonly number[];
  /** [layer][token], layer 0 first: the residual stream leaving that layer. */
  readonly layers: readonly (readonly number[])[];
  /** Null where the method has none. */
  readonly absorbed: { readonly softmax: number; readonly biases: number; readonly router: number } | null;
}

/** @throws ContextError for no or too many tokens, NumericalError, AbortError, GPU errors. */
export async function explain(loaded: LoadedModel, options: ExplainOptions): Promise<TextExplanation> {
  const { target, contrast, ids, ...manner } = options;
  return (await explainEach(loaded, { ...manner, ids, targets: [{ position: ids.length, target, contrast }] }))[0]!;
}

/**
 * Several scores of one text, each explained by itself: the way forward, and computing blocks again on the way back, are
 * shared. What a token is predicted from stands before it, so explaining it within a longer text changes nothing.
 */
export async function explainEach(loaded: LoadedModel, options: ExplainEachOptions): Promise<TextExplanation[]> {
  const { gpu, model } = loaded;
  const { ids, targets } = options;
  checkIds(ids, loaded);
  for (const { position, target, contrast } of targets) {
    checkPosition(position, ids);
    checkVocabulary([target, contrast], loaded);
  }
  return gpu.scopeAsync(async () => {
    if (targets.length === 0) return [];
    const rules = methods[options.method];
    const recorder = new Recorder(gpu);
    const network = model.bind(
      recordingOps(gpu, () => recorder.current, loaded.rotationTable),
      loaded.weight,
    );
    const chosen: Chosen[] = [];
    const sweptTarget = ({ position, target, contrast }: ExplainedToken): SweptTarget => ({
      leave: (x) => network.final(x, position - 1),
      async seed(hidden) {
        const logits = await gpu.readFloats(network.logits(hidden));
        checkFinite(logits, 'The logits');
        const id = target ?? likeliest(logits, 1)[0]!.id;
        const score = scoreOf(id, contrast, options.scalar);
        chosen.push({ target: id, logits, score });
        return seedOf(loaded, score, options.seedScale ?? 1);
      },
    });
    const swept: SweptNetwork = {
      blocks: network.blocks,
      input: network.embed(gpu.upload(Uint32Array.from(ids), ids.length, 1, 'ids')),
      enter: (embedded) => embedded,
      block: network.block,
      targets: targets.map(sweptTarget),
    };
    const readings = await sweep(gpu, recorder, swept, { ...options, rules });
    return readings.map((reading, index) =>
      summarise(reading, options, rules.conserves, chosen[index]!, targets[index]!.position),
    );
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
  options: Manner,
  conserves: boolean,
  { target, score, logits }: Chosen,
  position: number,
): TextExplanation {
  for (const [layer, line] of reading.residual.entries()) checkFinite(line, `The relevance below layer ${layer}`);
  const { softmax, biases, router } = reading.absorbed;
  return {
    target,
    score: scoreValue(score, logits) * (options.seedScale ?? 1),
    logits,
    candidates: likeliest(logits, 10),
    relevance: Array.from(reading.inputs.subarray(0, position)),
    layers: reading.residual.slice(1).map((line) => Array.from(line.subarray(0, position))),
    absorbed: conserves ? { softmax: total(softmax), biases: total(biases), router: total(router) } : null,
  };
}
