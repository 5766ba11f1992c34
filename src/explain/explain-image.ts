// Explains the score of a class: which patches of the image speak for it.
import { recordingOps } from '../engine/gpu-ops.ts';
import type { Gpu } from '../engine/gpu.ts';
import { total } from '../engine/ledger.ts';
import type { Rules } from '../engine/rules.ts';
import { AppError } from '../errors.ts';
import type { ImageModel } from '../models/model.ts';
import { checkFinite } from './check-finite.ts';
import { likeliest, scoreOf, scoreValue, type Ranked, type Scalar, type Score } from './score.ts';
import { Recorder, sweep, type SweptNetwork } from './sweep.ts';
import type { WeightStore } from './weight-store.ts';

export interface LoadedImageModel {
  readonly gpu: Gpu;
  readonly model: ImageModel;
  readonly weights: WeightStore;
}

export interface ExplainImageOptions {
  /** [rows · columns, channels · patchSize²], normalised as the model wants it. */
  readonly patches: Float32Array<ArrayBuffer>;
  /** null = the likeliest class. */
  readonly target: number | null;
  readonly contrast: number | null;
  readonly scalar: Scalar;
  readonly rules: Rules;
  /** Keep what every block saved instead of computing blocks again. */
  readonly keepAll?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with 0 … 1. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

export interface ImageExplanation {
  readonly target: number;
  readonly score: number;
  readonly logits: Float32Array;
  /** The five likeliest. */
  readonly classes: readonly Ranked[];
  /** Row-major over the grid: Σ of pixel · multiplier over the pixels and channels of a patch. */
  readonly patches: readonly number[];
  /** What enters the first block and what leaves each: class tokens, then patches. */
  readonly layers: readonly (readonly number[])[];
  /** Null where the method has none. */
  readonly absorbed: Readonly<Record<'softmax' | 'biases' | 'positions' | 'cls', number>> | null;
}

/** @throws UsageError for a class that is none, NumericalError, AbortError, GPU errors. */
export async function explainImage(
  { gpu, model, weights }: LoadedImageModel,
  options: ExplainImageOptions,
): Promise<ImageExplanation> {
  const { rules } = options;
  for (const id of [options.target, options.contrast]) checkClass(id, model);
  return gpu.scopeAsync(async () => {
    const recorder = new Recorder(gpu);
    const noRotation = (): never => {
      throw new Error('a vision transformer has no rotary embedding');
    };
    const network = model.bind(
      recordingOps(gpu, () => recorder.current, noRotation),
      weights.weight,
    );
    const { rows, columns } = model.grid;
    const width = model.image.channels * model.patchSize ** 2;
    let chosen: { readonly target: number; readonly logits: Float32Array; readonly score: Score } | null = null;
    const swept: SweptNetwork = {
      blocks: network.blocks,
      input: gpu.upload(options.patches, rows * columns, width, 'patches'),
      enter: network.embed,
      block: network.block,
      targets: [
        {
          leave: (x) => network.logits(network.final(x)),
          async seed(output) {
            const logits = await gpu.readFloats(output);
            checkFinite(logits, 'The logits');
            const target = options.target ?? likeliest(logits, 1)[0]!.id;
            const score = scoreOf(target, options.contrast, options.scalar);
            chosen = { target, logits, score };
            // The head of a classifier is small, and may have a bias or a γ-rule: its logits are seeded as they are.
            const seed = new Float32Array(logits.length).fill(score.shift / logits.length);
            score.ids.forEach((id, index) => (seed[id]! += score.coefficients[index]!));
            return gpu.upload(seed, 1, seed.length, 'seed');
          },
        },
      ],
    };
    const reading = (await sweep(gpu, recorder, swept, options))[0]!;
    checkFinite(reading.inputs, 'The relevance of the patches');
    const { target, logits, score } = chosen!;
    const { softmax, biases, positions, cls } = reading.absorbed;
    return {
      target,
      score: scoreValue(score, logits),
      logits,
      classes: likeliest(logits, Math.min(5, logits.length)),
      patches: Array.from(reading.inputs),
      layers: reading.residual.map((line) => Array.from(line)),
      absorbed: rules.conserves
        ? { softmax: total(softmax), biases: total(biases), positions: total(positions), cls: total(cls) }
        : null,
    };
  });
}

function checkClass(id: number | null, { classes }: ImageModel): void {
  if (id === null || (Number.isInteger(id) && id >= 0 && id < classes)) return;
  throw new AppError('UsageError', `${id} is not a class of this model: they run from 0 to ${classes - 1}.`);
}
