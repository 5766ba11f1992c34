// Activations for kernels: uniform in [-1, 1), the same for the same seed.
import type { Gpu } from '../../engine/gpu.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { uniformNumbers } from '../random-numbers.ts';

export function randomTensor(gpu: Gpu, seed: number, rows: number, width: number): Tensor {
  return gpu.upload(uniformNumbers(rows * width, seed), rows, width, 'random activations');
}
