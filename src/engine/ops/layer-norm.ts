// y = (x − mean) / √(variance + ε) · weight + bias, over each row.
import source from '#shaders/layer-norm.wgsl?raw';
import { gridOf } from '../gpu.ts';
import type { Op } from '../op.ts';
import type { Rules } from '../rules.ts';
import { sumKernels } from '../sum-kernels.ts';
import { expectShape, type Tensor } from '../tensor.ts';
import { vectorOf, type Weight } from '../weight.ts';

const kernelFor = sumKernels('layer-norm.wgsl', source);

export interface LayerNormOptions {
  readonly weight: Weight;
  readonly bias: Weight;
  readonly epsilon: number;
}

const paramsOf = ({ rows, width }: Tensor, epsilon: number, norm: Rules['norm']) => ({
  rows,
  width,
  epsilon,
  derivative: norm === 'derivative' ? 1 : 0,
});

export const layerNorm: Op<readonly [x: Tensor], LayerNormOptions> = {
  name: 'layerNorm',
  forward(gpu, [x], { weight, bias, epsilon }) {
    expectShape('layerNorm', `the input of ${weight.name}`, x, x.rows, weight.columns);
    const y = gpu.allocate(x.rows, x.width, 'layerNorm');
    const buffers = { x: x.storage, weight: vectorOf(weight), bias: vectorOf(bias), y: y.storage };
    gpu.run(kernelFor(gpu.lanes, 'forward'), buffers, paramsOf(x, epsilon, 'constant'), gridOf(x.rows));
    return { output: y, saved: [x] };
  },
  relevance({ gpu, rules, ledger }, g, saved, { weight, bias, epsilon }) {
    const x = saved[0]!;
    const g_x = gpu.allocate(x.rows, x.width, 'layerNorm relevance');
    const params = paramsOf(x, epsilon, rules.norm);
    const buffers = { x: x.storage, weight: vectorOf(weight), g_y: g.storage, g_x: g_x.storage };
    if (rules.norm === 'whole') {
      const whole = kernelFor(gpu.lanes, 'relevance_of_whole');
      gpu.run(whole, { ...buffers, bias: vectorOf(bias) }, params, gridOf(x.rows));
    } else {
      ledger?.bookAbsorbed('biases', { storage: vectorOf(bias), shared: true }, g, 1);
      gpu.run(kernelFor(gpu.lanes, 'relevance'), buffers, params, gridOf(x.rows));
    }
    return [g_x];
  },
};
