import { expect, test } from 'vitest';
import type { KernelTime } from './kernel-profile.ts';
import { matrixSpeeds } from './matrix-speeds.ts';

const time = (kernel: string, weightBytes: number, medianSeconds: number): KernelTime => {
  return { kernel, shape: 'rows 1', calls: 1, seconds: medianSeconds, share: 0, medianSeconds, weightBytes };
};
const probe = { bytes: 0, bytesPerSecond: 1e9, shape: { entry: 'side_by_side', lanes: 64, foursPerLane: 16 } } as const;

test('are those of the kernels that read a whole matrix, largest first', () => {
  const kernels = [
    time('linear forward', 1e6, 0.004),
    time('linear forward', 3e6, 0.004),
    time('embed forward', 9e6, 0.001),
    time('add forward', 0, 0.001),
    time('linear too quick for the clock', 1e6, 0),
  ];
  const speeds = matrixSpeeds({ kernels, kernelSeconds: 1, wallSeconds: 1 }, probe);
  const told = speeds.map(({ kernel, bytes, bytesPerSecond, shareOfProbe }) => [kernel, bytes, bytesPerSecond, shareOfProbe]); // prettier-ignore
  expect(told).toEqual([
    ['linear forward', 3e6, 7.5e8, 0.75],
    ['linear forward', 1e6, 2.5e8, 0.25],
  ]);
});
