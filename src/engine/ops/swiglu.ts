// y = silu(gate) · up. Gate and up are one product of the same input, side by side in its rows.
import source from '#shaders/swiglu.wgsl?raw';
import { AppError } from '../../errors.ts';
import { gridOf } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const swigluShader = shader('swiglu.wgsl', source);
const wholeFours = (width: number): boolean => width % 4 === 0;
const forward = [0, 1].map((whole) => kernel(swigluShader, 'forward', { WHOLE_FOURS: whole }));
const relevance = kernel(swigluShader, 'relevance');
const relevanceOfRagged = kernel(swigluShader, 'relevance_of_ragged');

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
    const run = forward[wholeFours(width) ? 1 : 0]!;
    gpu.run(run, { x: x.storage, y: y.storage }, params, gridOf(Math.ceil(count / 256)));
    return { output: y, saved: [x] };
  },
  relevance({ gpu, rules }, g, [x]) {
    const { rows, width } = g;
    const g_x = gpu.allocate(rows, 2 * width, 'swiglu relevance');
    const count = rows * width;
    const [share_gate, share_up] = rules.gate;
    const params = { count, width, share_gate, share_up, derivative: rules.slope === 'derivative' ? 1 : 0 };
    const buffers = { x: x!.storage, g_y: g.storage, g_x: g_x.storage, g_x_numbers: g_x.storage };
    if (wholeFours(width)) gpu.run(relevance, buffers, params, gridOf(Math.ceil(count / 256)));
    else gpu.run(relevanceOfRagged, buffers, params, gridOf(Math.ceil(count / 64)));
    return [share_gate === 0 ? { ...g_x, zeros: width } : g_x];
  },
};
