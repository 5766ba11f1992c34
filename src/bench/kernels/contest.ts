// A kernel of the engine beside a plain version of it: the same numbers in, the same numbers out, and how long each takes.
import type { Gpu } from '../../engine/gpu.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { gpuSeconds } from '../gpu-seconds.ts';

export interface Contest {
  /** 'linear', 'attention', … and which way. */
  readonly kernel: string;
  readonly shape: string;
  readonly tokens: number;
  /** Products and sums of numbers, two for each multiplication that is added up. */
  readonly operations: number;
  /** Read once and written once: weights as they are stored, activations as f32. */
  readonly bytes: number;
  /** Both give the same tensors; what else they make goes with the scope around them. */
  readonly ours: () => readonly Tensor[];
  readonly naive: () => readonly Tensor[];
}

export interface KernelResult {
  readonly kernel: string;
  readonly shape: string;
  readonly tokens: number;
  readonly seconds: number;
  readonly naiveSeconds: number;
  /** naive / ours. */
  readonly ratio: number;
  readonly operationsPerSecond: number;
  readonly bytesPerSecond: number;
  /** max |ours − naive| / max |naive|, over all results. */
  readonly deviation: number;
  readonly agrees: boolean;
}

/** Of the largest number: float32 sums in another order. */
export const tolerance = 1e-5;

export async function hold(gpu: Gpu, contest: Contest, runs: number): Promise<KernelResult> {
  const { kernel, shape, tokens, operations, bytes, ours, naive } = contest;
  const deviation = await gpu.scopeAsync(async () =>
    deviationOf(await readAll(gpu, ours()), await readAll(gpu, naive())),
  );
  // A clock is coarse beside a small task: more of those.
  const seconds = await gpuSeconds(gpu, () => void ours(), operations < 1e8 ? 4 * runs : runs);
  // The plain version may take a hundred times as long.
  const naiveSeconds = await gpuSeconds(gpu, () => void naive(), Math.min(runs, 3));
  return {
    kernel,
    shape,
    tokens,
    seconds,
    naiveSeconds,
    ratio: naiveSeconds / seconds,
    operationsPerSecond: operations / seconds,
    bytesPerSecond: bytes / seconds,
    deviation,
    agrees: deviation <= tolerance,
  };
}

async function readAll(gpu: Gpu, tensors: readonly Tensor[]): Promise<Float32Array[]> {
  const read: Float32Array[] = [];
  for (const tensor of tensors) read.push(await gpu.readFloats(tensor));
  return read;
}

/** NaN counts as infinitely far, and so does a result that is missing. */
export function deviationOf(actual: readonly Float32Array[], expected: readonly Float32Array[]): number {
  if (actual.length !== expected.length) return Infinity;
  return Math.max(...expected.map((numbers, index) => furthest(actual[index]!, numbers)));
}

function furthest(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Infinity;
  let far = 0;
  let largest = 0;
  for (const [index, value] of expected.entries()) {
    const distance = Math.abs(actual[index]! - value);
    if (Number.isNaN(distance)) return Infinity;
    far = Math.max(far, distance);
    largest = Math.max(largest, Math.abs(value));
  }
  return largest === 0 ? far : far / largest;
}
