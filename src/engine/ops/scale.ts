// y = factor · x, a constant factor.
import source from '#shaders/scale.wgsl?raw';
import { gridOf, type Gpu } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const forward = kernel(shader('scale.wgsl', source), 'forward');

function multiply(gpu: Gpu, x: Tensor, factor: number): Tensor {
  const y = gpu.allocate(x.rows, x.width, 'scale');
  const count = x.rows * x.width;
  gpu.run(forward, { x: x.storage, y: y.storage }, { count, factor }, gridOf(Math.ceil(count / 64)));
  return y;
}

export const scale: Op<readonly [x: Tensor], { readonly factor: number }> = {
  name: 'scale',
  forward: (gpu, [x], { factor }) => ({ output: multiply(gpu, x, factor), saved: [] }),
  relevance: ({ gpu }, g, _saved, { factor }) => [multiply(gpu, g, factor)],
};
