// Activations for kernels: uniform in [-1, 1), the same for the same seed.
import type { Gpu } from '../../engine/gpu.ts';
import type { Tensor } from '../../engine/tensor.ts';

export function randomTensor(gpu: Gpu, seed: number, rows: number, width: number): Tensor {
  let state = seed;
  const numbers = Float32Array.from({ length: rows * width }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
  return gpu.upload(numbers, rows, width, 'random activations');
}
