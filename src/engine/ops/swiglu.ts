// y = silu(gate) · up.
import source from '#shaders/swiglu.wgsl?raw';
import { gridOf } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import { expectShape, type Tensor } from '../tensor.ts';

const swigluShader = shader('swiglu.wgsl', source);
const forward = kernel(swigluShader, 'forward');
const relevance = kernel(swigluShader, 'relevance');

export const swiglu: Op<readonly [gate: Tensor, up: Tensor], object> = {
  name: 'swiglu',
  forward(gpu, [gate, up]) {
    expectShape('swiglu', 'up', up, gate.rows, gate.width);
    const y = gpu.allocate(gate.rows, gate.width, 'swiglu');
    const count = gate.rows * gate.width;
    const buffers = { gate: gate.storage, up: up.storage, y: y.storage };
    gpu.run(forward, buffers, { count, share_gate: 0, share_up: 0, derivative: 0 }, gridOf(Math.ceil(count / 256)));
    return { output: y, saved: [gate, up] };
  },
  relevance({ gpu, rules }, g, [gate, up]) {
    const { rows, width } = g;
    const g_gate = gpu.allocate(rows, width, 'swiglu gate relevance');
    const g_up = gpu.allocate(rows, width, 'swiglu up relevance');
    const count = rows * width;
    const [share_gate, share_up] = rules.gate;
    const params = { count, share_gate, share_up, derivative: rules.slope === 'derivative' ? 1 : 0 };
    const inputs = { gate: gate!.storage, up: up!.storage, g_y: g.storage };
    const buffers = { ...inputs, g_gate: g_gate.storage, g_up: g_up.storage };
    gpu.run(relevance, buffers, params, gridOf(Math.ceil(count / 256)));
    return [share_gate === 0 ? null : g_gate, g_up];
  },
};
