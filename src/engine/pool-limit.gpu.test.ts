// A limit on pooled buffers: what one job left makes room for the next, in the middle of its work.
import { expect, it } from 'vitest';
import { explain } from '../explain/explain.ts';
import { loadFixture } from '../session/fixtures.test-helper.ts';
import { useGpu } from './gpu.test-helper.ts';

const gpu = useGpu();
const idsOf = (count: number): number[] => Array.from({ length: count }, (_, index) => 3 + ((index * 7) % 300));
const options = { target: null, contrast: null, scalar: 'logit', method: 'attnlrp' } as const;

it('holds no more than the largest of jobs of different sizes, and computes the same', async () => {
  const loaded = await loadFixture(gpu(), 'llama');
  const { pool } = gpu();
  const lengths = [60, 90, 130];
  const explained = async (length: number) => (await explain(loaded, { ids: idsOf(length), ...options })).relevance;
  const expected: (readonly number[])[] = [];
  for (const length of lengths) expected.push(await explained(length));
  const together = pool.totalBytes;
  gpu().purge();
  await explained(130);
  gpu().poolLimit = pool.totalBytes;
  expect(together).toBeGreaterThan(1.5 * gpu().poolLimit);
  gpu().purge();
  for (const [index, length] of lengths.entries()) {
    expect(await explained(length)).toEqual(expected[index]);
    expect(pool.totalBytes).toBeLessThanOrEqual(gpu().poolLimit);
  }
  loaded.destroy();
});
