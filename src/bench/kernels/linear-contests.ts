// Matrix products, there and back, and that of a single row, against the plain versions in naive-linear.wgsl.
import source from '#shaders/bench/naive-linear.wgsl?raw';
import type { Gpu } from '../../engine/gpu.ts';
import { linear } from '../../engine/ops/linear.ts';
import { attnLrp } from '../../engine/rules.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { shardBuffers, weightKernels } from '../../engine/weight-kernels.ts';
import { weightBytes, type Weight } from '../../engine/weight.ts';
import type { Contest } from './contest.ts';
import { randomTensor } from './random-tensor.ts';

const naive = weightKernels('bench/naive-linear.wgsl', source);

/** `weight` lies in one shard. Call within a scope, which the contests need until they are held. */
export function linearContests(gpu: Gpu, weight: Weight, format: string, tokenCounts: readonly number[]): Contest[] {
  const { rows: outer, columns: inner } = weight;
  return tokenCounts.flatMap((tokens) => {
    const x = randomTensor(gpu, 1, tokens, inner);
    const g = randomTensor(gpu, 2, tokens, outer);
    const common = {
      shape: `${outer} × ${inner}, ${format}`,
      tokens,
      operations: 2 * tokens * outer * inner,
      bytes: weightBytes(weight) + 4 * tokens * (outer + inner),
    };
    const forward: Contest = {
      ...common,
      kernel: tokens === 1 ? 'linear, one row' : 'linear forward',
      ours: () => [linear.forward(gpu, [x], { weight }).output],
      naive: () => [naiveProduct(gpu, weight, x, 'forward', outer)],
    };
    const relevance: Contest = {
      ...common,
      kernel: 'linear relevance',
      ours: () => tensors(linear.relevance({ gpu, rules: attnLrp, ledger: null }, g, [], { weight })),
      naive: () => [naiveProduct(gpu, weight, g, 'relevance', inner)],
    };
    return tokens === 1 ? [forward] : [forward, relevance];
  });
}

function naiveProduct(gpu: Gpu, weight: Weight, x: Tensor, entry: 'forward' | 'relevance', width: number): Tensor {
  const y = gpu.allocate(x.rows, width, `naive ${entry}`);
  const shard = weight.shards[0]!;
  const buffers = { x: x.storage, y: y.storage, ...shardBuffers(shard) };
  const params = { rows: x.rows, inner: weight.columns, outer: weight.rows, octets: shard.layout.octets };
  gpu.run(naive(shard, entry), buffers, params, [Math.ceil(width / 64), x.rows]);
  return y;
}

export const tensors = (multipliers: readonly (Tensor | null)[]): Tensor[] =>
  multipliers.filter((multiplier) => multiplier !== null);
