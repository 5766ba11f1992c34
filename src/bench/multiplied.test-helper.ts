// The matrices that a profile has: shape, calls, and bytes of the weights; the smallest first. Whatever kernel took them.
import type { KernelProfile } from './kernel-profile.ts';

export function multiplied({ kernels }: KernelProfile): (readonly [shape: string, calls: number, bytes: number])[] {
  return kernels
    .filter(({ kernel }) => kernel.startsWith('linear'))
    .map(({ shape, calls, weightBytes }) => [shape, calls, weightBytes] as const)
    .toSorted(([a, , aBytes], [b, , bBytes]) => aBytes - bBytes || a.localeCompare(b));
}
