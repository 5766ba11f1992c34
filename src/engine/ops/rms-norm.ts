// y = x · weight / √(mean(x²) + ε), over groups of weight.columns columns: a whole row, or each head of it.
import source from '#shaders/rms-norm.wgsl?raw';
import { AppError } from '../../errors.ts';
import { gridOf } from '../gpu.ts';
import type { Op } from '../op.ts';
import { sumKernels } from '../sum-kernels.ts';
import type { Tensor } from '../tensor.ts';
import { vectorOf, type Weight } from '../weight.ts';

const kernelFor = sumKernels('rms-norm.wgsl', source);

export interface RmsNormOptions {
  readonly weight: Weight;
  readonly epsilon: number;
}

function groupsOf(x: Tensor, weight: Weight): number {
  if (x.width % weight.columns !== 0) {
    throw new AppError(
      'GpuError',
      `rmsNorm: ${weight.name} has ${weight.columns} values, which does not divide ${x.width}.`,
    );
  }
  return (x.rows * x.width) / weight.columns;
}

export const rmsNorm: Op<readonly [x: Tensor], RmsNormOptions> = {
  name: 'rmsNorm',
  forward(gpu, [x], { weight, epsilon }) {
    const y = gpu.allocate(x.rows, x.width, 'rmsNorm');
    const groups = groupsOf(x, weight);
    const buffers = { x: x.storage, weight: vectorOf(weight), y: y.storage };
    const params = { groups, width: weight.columns, epsilon, derivative: 0 };
    gpu.run(kernelFor(gpu.lanes, 'forward'), buffers, params, gridOf(groups));
    return { output: y, saved: [x] };
  },
  relevance({ gpu, rules }, g, [x], { weight, epsilon }) {
    const g_x = gpu.allocate(x!.rows, x!.width, 'rmsNorm relevance');
    const groups = groupsOf(x!, weight);
    const derivative = rules.norm === 'derivative' ? 1 : 0;
    const buffers = { x: x!.storage, weight: vectorOf(weight), g_y: g.storage, g_x: g_x.storage };
    const params = { groups, width: weight.columns, epsilon, derivative };
    gpu.run(kernelFor(gpu.lanes, 'relevance'), buffers, params, gridOf(groups));
    return [g_x];
  },
};
