// y = x · weight / √(mean(x²) + ε), over whole rows or over heads of them.
import source from '#shaders/rms-norm.wgsl?raw';
import { AppError } from '../../errors.ts';
import { gridOf } from '../gpu.ts';
import type { Op } from '../op.ts';
import { sumKernels } from '../sum-kernels.ts';
import type { Tensor } from '../tensor.ts';
import { vectorOf, type Weight } from '../weight.ts';

const kernelFor = sumKernels('rms-norm.wgsl', source);

export interface RmsNormOptions {
  /** As wide as what is normed of a row; columns beyond it stay as they are. */
  readonly weight: Weight;
  readonly epsilon: number;
  /** Columns that are normed together; the weight's own unless stated. */
  readonly width?: number | undefined;
}

function paramsOf(x: Tensor, { weight, epsilon, width = weight.columns }: RmsNormOptions, derivative: 0 | 1) {
  if (x.width % width !== 0 || weight.columns % width !== 0 || weight.columns > x.width) {
    throw new AppError(
      'GpuError',
      `rmsNorm: ${weight.name} has ${weight.columns} values for groups of ${width}, which does not fit rows of ${x.width}.`,
    );
  }
  const groups_of_row = x.width / width;
  const groups = x.rows * groups_of_row;
  return { groups, width, groups_of_row, covered: weight.columns / width, epsilon, derivative };
}

export const rmsNorm: Op<readonly [x: Tensor], RmsNormOptions> = {
  name: 'rmsNorm',
  forward(gpu, [x], options) {
    const params = paramsOf(x, options, 0);
    const y = gpu.allocate(x.rows, x.width, 'rmsNorm');
    const buffers = { x: x.storage, weight: vectorOf(options.weight), y: y.storage };
    gpu.run(kernelFor(gpu.lanes, 'forward'), buffers, params, gridOf(params.groups));
    return { output: y, saved: [x] };
  },
  relevance({ gpu, rules }, g, [x], options) {
    const params = paramsOf(x!, options, rules.norm === 'derivative' ? 1 : 0);
    const g_x = gpu.allocate(x!.rows, x!.width, 'rmsNorm relevance');
    const buffers = { x: x!.storage, weight: vectorOf(options.weight), g_y: g.storage, g_x: g_x.storage };
    gpu.run(kernelFor(gpu.lanes, 'relevance'), buffers, params, gridOf(params.groups));
    // What nothing comes back through, in whole groups: their values do not mix with others.
    return [{ ...g_x, zeros: (g.zeros ?? 0) - ((g.zeros ?? 0) % params.width) }];
  },
};
