// Where the time of a piece of work goes, kernel by kernel. A kernel of another shape is another line.
import type { Gpu } from '../engine/gpu.ts';
import type { DispatchTime } from '../engine/profile.ts';
import { median } from './median.ts';

export interface KernelTime {
  readonly kernel: string;
  readonly shape: string;
  readonly calls: number;
  readonly seconds: number;
  /** Of the seconds of all kernels. */
  readonly share: number;
  /** Of one call. */
  readonly medianSeconds: number;
  readonly weightBytes: number;
}

export interface KernelProfile {
  /** From outside, with every dispatch a pass of its own. */
  readonly wallSeconds: number;
  /** The sum over all kernels. */
  readonly kernelSeconds: number;
  /** Most time first. */
  readonly kernels: readonly KernelTime[];
}

/** null where the adapter has no timestamps; the work is not done then. */
export async function profileOf(gpu: Gpu, work: () => Promise<void>): Promise<KernelProfile | null> {
  let wallSeconds = 0;
  const times = await gpu.timeDispatches(async () => {
    const start = performance.now();
    await work();
    await gpu.settle();
    wallSeconds = (performance.now() - start) / 1000;
  });
  return times && { wallSeconds, ...summarise(times) };
}

export function summarise(times: readonly DispatchTime[]): Omit<KernelProfile, 'wallSeconds'> {
  const kernelSeconds = sum(times.map(({ seconds }) => seconds));
  const lines = new Map<string, DispatchTime[]>();
  for (const time of times) {
    const line = lines.get(`${time.kernel} ${time.shape}`);
    if (line) line.push(time);
    else lines.set(`${time.kernel} ${time.shape}`, [time]);
  }
  const kernels = [...lines.values()].map((calls): KernelTime => {
    const { kernel, shape, weightBytes } = calls[0]!;
    const all = calls.map(({ seconds }) => seconds);
    const seconds = sum(all);
    const share = kernelSeconds === 0 ? 0 : seconds / kernelSeconds;
    return { kernel, shape, calls: calls.length, seconds, share, medianSeconds: median(all), weightBytes };
  });
  return { kernelSeconds, kernels: kernels.toSorted((a, b) => b.seconds - a.seconds) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
