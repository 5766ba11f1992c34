import { expect, it } from 'vitest';
import { jobQueue } from './job-queue.ts';

it('runs jobs one after the other, and cleans up before the next begins', async () => {
  const seen: string[] = [];
  const inTurn = jobQueue({
    succeeded: () => seen.push('succeeded'),
    failed: async (error) => {
      await Promise.resolve();
      seen.push(`cleaned up after ${(error as Error).message}`);
    },
  });
  const job =
    (name: string, fails = false) =>
    async (): Promise<string> => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([inTurn(job('a')), inTurn(job('b', true)), inTurn(job('c'))]);
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.message))).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(seen).toEqual([
    'a begins',
    'a ends',
    'succeeded',
    'b begins',
    'b ends',
    'cleaned up after b',
    'c begins',
    'c ends',
    'succeeded',
  ]);
});
