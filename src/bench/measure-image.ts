// Times a vision transformer forward, and explanations against it. Each explanation is timed next to a forward pass of
// its own, and the ratio is the median over such pairs: what else runs on the machine slows both alike.
import { recordingOps } from '../engine/gpu-ops.ts';
import { recipes, type Recipe } from '../engine/rules.ts';
import { explainImage, type LoadedImageModel } from '../explain/explain-image.ts';
import { median } from './median.ts';

export interface ImageExplainSpeed {
  readonly seconds: number;
  /** (forward + relevance) / forward. */
  readonly ratioToForward: number;
  readonly peakBytes: number;
}

export interface ImageMeasurement {
  /** Class tokens and patches. */
  readonly tokens: number;
  readonly layers: number;
  readonly forward: { readonly seconds: number; readonly peakBytes: number };
  /** By recipe; the outer figures recompute each block (checkpoint). */
  readonly explain: Readonly<Record<string, ImageExplainSpeed & { readonly keepAll: ImageExplainSpeed }>>;
  readonly bytes: { readonly weights: number };
}

const measuredRecipes: readonly Recipe[] = ['cp-lrp-gamma', 'attnlrp-epsilon'];

export async function measureImages(loaded: LoadedImageModel, runs: number): Promise<ImageMeasurement> {
  const { model, weights } = loaded;
  const patches = randomPatches(loaded);
  const classify = () => timed(loaded, () => forward(loaded, patches));
  const explained = (recipe: Recipe, keepAll: boolean) => {
    const request = { patches, target: 0, contrast: null, scalar: 'logit', rules: recipes[recipe], keepAll } as const;
    return timed(loaded, () => explainImage(loaded, request));
  };

  const cases = measuredRecipes.flatMap((recipe) => [false, true].map((keepAll) => ({ recipe, keepAll })));
  const pairs = cases.map(() => ({ forwards: [] as Timing[], explanations: [] as Timing[] }));
  // The first round compiles kernels and fills pools, and does not count.
  for (let run = 0; run <= runs; run++) {
    for (const [index, { recipe, keepAll }] of cases.entries()) {
      const pair = [await classify(), await explained(recipe, keepAll)] as const;
      if (run === 0) continue;
      pairs[index]!.forwards.push(pair[0]);
      pairs[index]!.explanations.push(pair[1]);
    }
  }

  const speedOf = (recipe: Recipe, keepAll: boolean): ImageExplainSpeed => {
    const index = cases.findIndex((each) => each.recipe === recipe && each.keepAll === keepAll);
    const { forwards, explanations } = pairs[index]!;
    return {
      seconds: median(explanations.map(({ seconds }) => seconds)),
      ratioToForward: median(explanations.map(({ seconds }, run) => seconds / forwards[run]!.seconds)),
      peakBytes: median(explanations.map(({ peakBytes }) => peakBytes)),
    };
  };
  const forwards = pairs.flatMap((pair) => pair.forwards);
  return {
    tokens: model.classTokens + model.grid.rows * model.grid.columns,
    layers: model.layers,
    forward: {
      seconds: median(forwards.map(({ seconds }) => seconds)),
      peakBytes: median(forwards.map(({ peakBytes }) => peakBytes)),
    },
    explain: Object.fromEntries(
      measuredRecipes.map((recipe) => [recipe, { ...speedOf(recipe, false), keepAll: speedOf(recipe, true) }]),
    ),
    bytes: { weights: weights.bytes },
  };
}

interface Timing {
  readonly seconds: number;
  readonly peakBytes: number;
}

async function timed({ gpu }: LoadedImageModel, body: () => Promise<unknown>): Promise<Timing> {
  gpu.pool.peakBytes = gpu.pool.liveBytes;
  const start = performance.now();
  await body();
  const seconds = (performance.now() - start) / 1000;
  return { seconds, peakBytes: gpu.pool.peakBytes - gpu.pool.liveBytes };
}

/** The logits and nothing else: nothing is recorded, and each block frees what it made. */
async function forward({ gpu, model, weights }: LoadedImageModel, patches: Float32Array<ArrayBuffer>): Promise<void> {
  await gpu.scopeAsync(async () => {
    const noRotation = (): never => {
      throw new Error('a vision transformer has no rotary embedding');
    };
    const nothing = () => null;
    const network = model.bind(recordingOps(gpu, nothing, noRotation), weights.weight);
    const rows = model.grid.rows * model.grid.columns;
    let x = network.embed(gpu.upload(patches, rows, patches.length / rows, 'patches'));
    for (let layer = 0; layer < network.blocks; layer++) {
      const before = x;
      x = gpu.scope(() => network.block(layer, before));
      gpu.release(before);
      await gpu.pace();
    }
    await gpu.readFloats(network.logits(network.final(x)));
  });
}

/** Uniform in [-1, 1), as normalised pixels are. */
function randomPatches({ model }: LoadedImageModel): Float32Array<ArrayBuffer> {
  const { channels, height, width } = model.image;
  let state = 1;
  return Float32Array.from({ length: channels * height * width }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}
