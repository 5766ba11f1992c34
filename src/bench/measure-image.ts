// Measures a vision transformer: a forward pass, and explanations by two recipes, by turns. Kernels are profiled afterwards,
// in runs of their own that no timing sees.
import { recordingOps } from '../engine/gpu-ops.ts';
import { recipes, type Recipe } from '../engine/rules.ts';
import { explainImage, type LoadedImageModel } from '../explain/explain-image.ts';
import { costOf, medianCost, type Cost } from './cost.ts';
import { explainSpeed, type ExplainCost, type ExplainSpeed } from './explain-speed.ts';
import { profileOf, type KernelProfile } from './kernel-profile.ts';
import { LayerDispatches } from './layer-dispatches.ts';
import type { Speed } from './measure.ts';
import { probeStreaming, type StreamingProbe } from './probe.ts';
import { uniformNumbers } from './random-numbers.ts';
import { takeTurns } from './rounds.ts';

type RecipeSpeed = ExplainSpeed & { readonly keepAll: ExplainSpeed };

export interface ImageMeasurement {
  readonly layers: number;
  /** One forward pass; tokens are class tokens and patches. */
  readonly prefill: Speed;
  /** The first of the recipes; the outer figures recompute each block (checkpoint). */
  readonly explain: RecipeSpeed & {
    readonly tokens: number;
    readonly recipe: Recipe;
    readonly recipes: Readonly<Record<string, RecipeSpeed>>;
  };
  readonly bytes: {
    readonly weights: number;
    readonly activations: Readonly<Record<'prefill' | 'explain' | 'keepAll', number>>;
    readonly peak: number;
  };
  readonly probe: StreamingProbe;
  /** null where the adapter has no timestamps. */
  readonly kernels: Readonly<Record<'prefill' | 'explain', KernelProfile>> | null;
}

const measuredRecipes: readonly [Recipe, ...Recipe[]] = ['cp-lrp-gamma', 'attnlrp-epsilon'];

export async function measureImages(loaded: LoadedImageModel, runs: number): Promise<ImageMeasurement> {
  const { gpu, model, weights } = loaded;
  const layers = new LayerDispatches(gpu);
  const work = new ImageWork(loaded, layers);
  const tokens = model.classTokens + model.grid.rows * model.grid.columns;

  gpu.purge();
  const cases = measuredRecipes.flatMap((recipe) => [false, true].map((keepAll) => ({ recipe, keepAll })));
  const turns = cases.map(
    ({ recipe, keepAll }) =>
      () =>
        work.explain(recipe, keepAll),
  );
  const [forwards, ...explained] = (await takeTurns<Cost>([() => work.forward(), ...turns], runs)) as Rounds;
  const peak = weights.bytes + gpu.pool.totalBytes;
  const speeds = explained.map((costs) => explainSpeed(costs, forwards));
  const byRecipe = measuredRecipes.map((recipe, index): readonly [Recipe, RecipeSpeed] => {
    return [recipe, { ...speeds[2 * index]!, keepAll: speeds[2 * index + 1]! }];
  });

  layers.take();
  await work.forward();
  const dispatchesPerLayer = layers.take();
  const prefill = await profileOf(gpu, () => work.classify());
  const explain = await profileOf(gpu, () => work.explainWith(measuredRecipes[0], false, []));
  const probe = await probeStreaming(gpu);
  const { seconds, submits, longestSubmitSeconds, activationBytes } = medianCost(forwards);
  const first = byRecipe[0]![1];
  return {
    layers: model.layers,
    prefill: {
      tokens,
      seconds,
      tokensPerSecond: tokens / seconds,
      dispatchesPerLayer,
      submits,
      longestSubmitSeconds,
    },
    explain: { tokens, recipe: measuredRecipes[0], ...first, recipes: Object.fromEntries(byRecipe) },
    bytes: {
      weights: weights.bytes,
      activations: { prefill: activationBytes, explain: first.peakBytes, keepAll: first.keepAll.peakBytes },
      peak,
    },
    probe,
    kernels: prefill && explain && { prefill, explain },
  };
}

type Rounds = readonly [readonly Cost[], ...(readonly (readonly ExplainCost[])[])];

class ImageWork {
  private readonly patches: Float32Array<ArrayBuffer>;

  constructor(
    private readonly loaded: LoadedImageModel,
    private readonly layers: LayerDispatches,
  ) {
    this.patches = randomPatches(loaded);
  }

  forward(): Promise<Cost> {
    return costOf(this.loaded.gpu, () => this.classify());
  }

  async explain(recipe: Recipe, keepAll: boolean): Promise<ExplainCost> {
    const steps = [this.loaded.gpu.dispatches];
    const cost = await costOf(this.loaded.gpu, () => this.explainWith(recipe, keepAll, steps));
    return { ...cost, steps };
  }

  async explainWith(recipe: Recipe, keepAll: boolean, steps: number[]): Promise<void> {
    const onProgress = (): void => void steps.push(this.loaded.gpu.dispatches);
    const request = { target: 0, contrast: null, scalar: 'logit', rules: recipes[recipe] } as const;
    await explainImage(this.loaded, { patches: this.patches, ...request, keepAll, onProgress });
  }

  /** The logits and nothing else: nothing is recorded, and each block frees what it made. */
  async classify(): Promise<void> {
    const { gpu, model, weights } = this.loaded;
    await gpu.scopeAsync(async () => {
      const noRotation = (): never => {
        throw new Error('a vision transformer has no rotary embedding');
      };
      const nothing = () => null;
      const network = this.layers.watch(model.bind(recordingOps(gpu, nothing, noRotation), weights.weight));
      const rows = model.grid.rows * model.grid.columns;
      let x = network.embed(gpu.upload(this.patches, rows, this.patches.length / rows, 'patches'));
      for (let layer = 0; layer < network.blocks; layer++) {
        const before = x;
        x = gpu.scope(() => network.block(layer, before));
        gpu.release(before);
        await gpu.breathe();
      }
      await gpu.readFloats(network.logits(network.final(x)));
    });
  }
}

/** As normalised pixels are. */
function randomPatches({ model }: LoadedImageModel): Float32Array<ArrayBuffer> {
  const { channels, height, width } = model.image;
  return uniformNumbers(channels * height * width);
}
