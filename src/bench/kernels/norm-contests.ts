// Norms, there and back, against the plain versions in naive-norm.wgsl.
import source from '#shaders/bench/naive-norm.wgsl?raw';
import type { Gpu } from '../../engine/gpu.ts';
import { kernel, shader } from '../../engine/kernel.ts';
import { layerNorm } from '../../engine/ops/layer-norm.ts';
import { rmsNorm } from '../../engine/ops/rms-norm.ts';
import { attnLrp } from '../../engine/rules.ts';
import { vectorOf, type Weight } from '../../engine/weight.ts';
import type { Contest } from './contest.ts';
import { tensors } from './linear-contests.ts';
import { randomTensor } from './random-tensor.ts';

const naive = shader('bench/naive-norm.wgsl', source);
const epsilon = 1e-5;

/** `vector` serves as weight and as bias. Call within a scope, which the contests need until they are held. */
export function normContests(gpu: Gpu, vector: Weight, tokenCounts: readonly number[]): Contest[] {
  const width = vector.columns;
  const rms = { weight: vector, epsilon };
  const layer = { ...rms, bias: vector };
  const context = { gpu, rules: attnLrp, ledger: null };
  return tokenCounts.flatMap((tokens) => {
    const x = randomTensor(gpu, 7, tokens, width);
    const g = randomTensor(gpu, 8, tokens, width);
    const plain = (entry: string) => {
      const y = gpu.allocate(tokens, width, `naive ${entry}`);
      const weight = vectorOf(vector);
      const buffers = { x: x.storage, weight, bias: weight, g_y: g.storage, y: y.storage };
      gpu.run(kernel(naive, entry), buffers, { rows: tokens, width, epsilon }, [Math.ceil(width / 64), tokens]);
      return [y];
    };
    const contest = (name: string, entry: string, passes: number, ours: Contest['ours']): Contest => ({
      kernel: name,
      shape: `width ${width}`,
      tokens,
      // The sums over the row, then two products for each number.
      operations: (2 + passes) * tokens * width,
      bytes: 4 * tokens * width * (entry.endsWith('forward') ? 2 : 3),
      ours,
      naive: () => plain(entry),
    });
    return [
      contest('rms norm forward', 'rms_forward', 2, () => [rmsNorm.forward(gpu, [x], rms).output]),
      contest('rms norm relevance', 'rms_relevance', 2, () => tensors(rmsNorm.relevance(context, g, [x], rms))),
      contest('layer norm forward', 'layer_forward', 4, () => [layerNorm.forward(gpu, [x], layer).output]),
      contest('layer norm relevance', 'layer_relevance', 5, () => tensors(layerNorm.relevance(context, g, [x], layer))),
    ];
  });
}
