import { expect, it } from 'vitest';
import { useGpu } from '../../engine/gpu.test-helper.ts';
import { add } from '../../engine/ops/add.ts';
import { describeSweep } from '../describe-sweeps.ts';
import { hold } from './contest.ts';
import { sweepKernels } from './sweep-kernels.ts';

const gpu = useGpu();
/** A software driver takes seconds to compile each kernel the first time it meets it. */
const compiling = 300_000;

it(
  'holds every kernel against a plain version that shares nothing with it, and leaves nothing behind',
  async () => {
    const before = gpu().pool.liveBytes;
    const attention = { heads: 4, keyValueHeads: 2, headSize: 8, causal: true, window: null };
    const shapes = { matrices: [[40, 72]] as const, attention, width: 72, tokens: [1, 5], attentionTokens: [37] };
    const results = await sweepKernels(gpu(), shapes, 1);
    // Two matrices in three formats, each as one row, forward and relevance; attention; four norms with two lengths.
    expect(results).toHaveLength(2 * 3 * 3 + 2 + 4 * 2);
    for (const { kernel, shape, deviation, agrees } of results)
      expect([agrees, deviation <= 1e-5], `${kernel}, ${shape}: ${deviation}`).toEqual([true, true]);
    expect(describeSweep(results).at(-1)).toBe('All kernels agree with their plain versions.');
    expect(gpu().pool.liveBytes).toBe(before);
  },
  compiling,
);

it('tells when a kernel differs', async () => {
  await gpu().scopeAsync(async () => {
    const x = gpu().upload(Float32Array.from([1, 2, 3, 4]), 2, 2, 'x');
    const numbers = { kernel: 'add', shape: '2 × 2', tokens: 2, operations: 4, bytes: 32 };
    const ours = () => [add.forward(gpu(), [x, x], {}).output];
    const result = await hold(gpu(), { ...numbers, ours, naive: () => [x] }, 1);
    expect([result.agrees, result.deviation]).toEqual([false, 1]);
    expect(describeSweep([result]).at(-1)).toBe('1 kernels differ from their plain versions.');
  });
});
