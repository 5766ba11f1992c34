// What a piece of work costs, besides time: all that the engine counts while it goes on.
import type { Gpu } from '../engine/gpu.ts';
import { median } from './median.ts';

export interface Cost {
  readonly seconds: number;
  readonly dispatches: number;
  readonly submits: number;
  /** Of the GPU, for the longest of them that was paced (engine/pacer.ts). */
  readonly longestSubmitSeconds: number;
  /** Of the processor: our TypeScript, and what it calls of WebGPU, from the first command of a submission to its last. */
  readonly encodeSeconds: number;
  /** Of the processor: WebGPU translating what was encoded for the driver. */
  readonly submitSeconds: number;
  readonly buffersCreated: number;
  readonly bindGroupsCreated: number;
  /** Most that was held at once of pooled buffers, beyond what was held before. */
  readonly activationBytes: number;
}

/** Call the result when the work is done. */
export function startCost(gpu: Gpu): () => Cost {
  const held = gpu.pool.liveBytes;
  gpu.pool.peakBytes = held;
  gpu.pacer.longest = 0;
  const before = countsOf(gpu);
  const start = performance.now();
  return () => {
    const seconds = (performance.now() - start) / 1000;
    const after = countsOf(gpu);
    const counted = (name: keyof typeof after): number => after[name] - before[name];
    return {
      seconds,
      dispatches: counted('dispatches'),
      submits: counted('submits'),
      longestSubmitSeconds: gpu.pacer.longest,
      encodeSeconds: counted('encodeSeconds'),
      submitSeconds: counted('submitSeconds'),
      buffersCreated: counted('buffers'),
      bindGroupsCreated: counted('bindGroups'),
      activationBytes: gpu.pool.peakBytes - held,
    };
  };
}

const countsOf = ({ dispatches, submits, encodeSeconds, submitSeconds, pool, pipelines }: Gpu) => ({
  dispatches,
  submits,
  encodeSeconds,
  submitSeconds,
  buffers: pool.created,
  bindGroups: pipelines.created,
});

export async function costOf(gpu: Gpu, work: () => Promise<unknown>): Promise<Cost> {
  const read = startCost(gpu);
  await work();
  return read();
}

/** Of several runs: the median of every figure. */
export function medianCost(costs: readonly Cost[]): Cost {
  const of = (name: keyof Cost): number => median(costs.map((cost) => cost[name]));
  return {
    seconds: of('seconds'),
    dispatches: of('dispatches'),
    submits: of('submits'),
    longestSubmitSeconds: of('longestSubmitSeconds'),
    encodeSeconds: of('encodeSeconds'),
    submitSeconds: of('submitSeconds'),
    buffersCreated: of('buffersCreated'),
    bindGroupsCreated: of('bindGroupsCreated'),
    activationBytes: of('activationBytes'),
  };
}
