// `npm run bench -- --kernels`: the kernels by themselves, over the matrices and heads that a model has, and shapes that
// fit no tile.
import type { Gpu } from '../../engine/gpu.ts';
import type { AttentionShape } from '../../engine/ops.ts';
import type { Weight } from '../../engine/weight.ts';
import { recipes, type Recipe } from '../../quantise/recipes.ts';
import { randomWeights } from '../random-weights.ts';
import { attentionContests } from './attention-contests.ts';
import { hold, type Contest, type KernelResult } from './contest.ts';
import { linearContests } from './linear-contests.ts';
import { normContests } from './norm-contests.ts';

export interface KernelShapes {
  /** [out, in] */
  readonly matrices: readonly (readonly [rows: number, columns: number])[];
  readonly attention: AttentionShape;
  /** Of a norm. */
  readonly width: number;
  /** For matrices and norms; 1 is a step of decoding. */
  readonly tokens: readonly number[];
  readonly attentionTokens: readonly number[];
}

/** No multiple of any tile: rows, columns and tokens. */
const ragged = [250, 172] as const;
export const usualTokens = { tokens: [1, 13, 64], attentionTokens: [64, 256] } as const;

export async function sweepKernels(
  gpu: Gpu,
  { matrices, attention, width, tokens, attentionTokens }: KernelShapes,
  runs: number,
  onResult: (result: KernelResult) => void = () => {},
): Promise<KernelResult[]> {
  const results: KernelResult[] = [];
  const holdAll = (contests: () => readonly Contest[]): Promise<void> =>
    gpu.scopeAsync(async () => {
      for (const contest of contests()) {
        const result = await hold(gpu, contest, runs);
        results.push(result);
        onResult(result);
      }
    });
  for (const [name, recipe] of Object.entries(recipes))
    for (const shape of [...matrices, ragged])
      await withWeight(gpu, shape, recipe, (weight) =>
        holdAll(() => linearContests(gpu, weight, name === 'none' ? 'F16' : name, tokens)),
      );
  await holdAll(() => attentionContests(gpu, attention, attentionTokens));
  await withWeight(gpu, [width], null, (vector) => holdAll(() => normContests(gpu, vector, tokens)));
  return results;
}

async function withWeight(
  gpu: Gpu,
  shape: readonly number[],
  recipe: Recipe | null,
  use: (weight: Weight) => Promise<void>,
): Promise<void> {
  const spec = { name: 'random', shape };
  const weights = await randomWeights(gpu, spec, recipe);
  try {
    await use(weights.weight(spec));
  } finally {
    weights.destroy();
    gpu.purge();
  }
}
