import { expect, test } from 'vitest';
import { summarise } from './kernel-profile.ts';

const time = (kernel: string, shape: string, seconds: number) => ({ kernel, shape, seconds, weightBytes: 0 });

test('adds up the calls of a kernel with one shape, most time first', () => {
  const times = [time('a', 'rows 1', 1), time('b', '', 4), time('a', 'rows 1', 3), time('a', 'rows 2', 2), time('a', 'rows 1', 2)]; // prettier-ignore
  const { kernelSeconds, kernels } = summarise(times);
  expect(kernelSeconds).toBe(12);
  expect(kernels.map(({ kernel, shape, calls, seconds }) => [kernel, shape, calls, seconds])).toEqual([
    ['a', 'rows 1', 3, 6],
    ['b', '', 1, 4],
    ['a', 'rows 2', 1, 2],
  ]);
  expect(kernels.map(({ share }) => share)).toEqual([6 / 12, 4 / 12, 2 / 12]);
  expect(kernels[0]!.medianSeconds).toBe(2);
});

test('gives no share of nothing where a clock was too coarse for all of it', () => {
  expect(summarise([time('a', '', 0)]).kernels[0]!.share).toBe(0);
});
