// How near the matrices of one token come to the speed at which the adapter reads: multiplying one row by a matrix reads
// every stored word once, and does little else.
import type { KernelProfile } from './kernel-profile.ts';
import type { StreamingProbe } from './probe.ts';

export interface MatrixSpeed {
  readonly kernel: string;
  readonly shape: string;
  /** Of the weights of one call, as they are stored. */
  readonly bytes: number;
  /** Median of one call. */
  readonly seconds: number;
  readonly bytesPerSecond: number;
  readonly shareOfProbe: number;
}

/** Largest first. */
export function matrixSpeeds({ kernels }: KernelProfile, probe: StreamingProbe): MatrixSpeed[] {
  // An embedding reads one row of a table, however large that is. A clock may be too coarse for a tiny kernel.
  const matrices = kernels.filter(
    ({ kernel, weightBytes, medianSeconds }) => weightBytes > 0 && medianSeconds > 0 && !kernel.startsWith('embed'),
  );
  return matrices
    .map(({ kernel, shape, weightBytes: bytes, medianSeconds: seconds }) => {
      const bytesPerSecond = bytes / seconds;
      return { kernel, shape, bytes, seconds, bytesPerSecond, shareOfProbe: bytesPerSecond / probe.bytesPerSecond };
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}
