// y = silu(gate) · up. Gate and up are one product of the same input, side by side in its rows.
import source from '#shaders/swiglu.wgsl?raw';
import { AppError } from '../../errors.ts';
import { gridOf } from '../gpu.ts';
import { kernel, shader, type Kernel } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const swigluShader = shader('swiglu.wgsl', source);
const kernelFor = (entry: string, width: number): Kernel =>
  kernel(swigluShader, entry, { WHOLE_FOURS: width % 4 === 0 ? 1 : 0 });

export const swiglu: Op<readonly [gateAndUp: Tensor], object> = {
  name: 'swiglu',
  forward(gpu, [x]) {
    if (x.width % 2 !== 0) {
      throw new AppError('GpuError', `swiglu: rows of ${x.width} numbers are no gate and up of the same width.`);
    }
    const width = x.width / 2;
    const y = gpu.allocate(x.rows, width, 'swiglu');
    const count = x.rows * width;
    const params = { count, width, share_gate: 0, share_up: 0, derivative: 0 };
    gpu.run(kernelFor('forward', width), { x: x.storage, y: y.storage }, params, gridOf(Math.ceil(count / 256)));
    return { output: y, saved: [x] };
  },
  relevance({ gpu, rules }, g, [x]) {
    const { rows, width } = g;
    const g_x = gpu.allocate(rows, 2 * width, 'swiglu relevance');
    const count = rows * width;
    const [share_gate, share_up] = rules.gate;
    const params = { count, width, share_gate, share_up, derivative: rules.slope === 'derivative' ? 1 : 0 };
    const buffers = { x: x!.storage, g_y: g.storage, g_x: g_x.storage };
    gpu.run(kernelFor('relevance', width), buffers, params, gridOf(Math.ceil(count / 256)));
    return [share_gate === 0 ? { ...g_x, zeros: width } : g_x];
  },
};
