// y = x · Φ(x), with Φ by erf or by its tanh approximation.
import source from '#shaders/gelu.wgsl?raw';
import { gridOf } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { GeluKind } from '../ops.ts';
import type { Tensor } from '../tensor.ts';

const geluShader = shader('gelu.wgsl', source);
const forward = kernel(geluShader, 'forward');
const relevance = kernel(geluShader, 'relevance');

export const gelu: Op<readonly [x: Tensor], { readonly kind: GeluKind }> = {
  name: 'gelu',
  forward(gpu, [x], { kind }) {
    const y = gpu.allocate(x.rows, x.width, 'gelu');
    const count = x.rows * x.width;
    const params = { count, erf: kind === 'erf' ? 1 : 0, derivative: 0 };
    gpu.run(forward, { x: x.storage, y: y.storage }, params, gridOf(Math.ceil(count / 64)));
    return { output: y, saved: [x] };
  },
  relevance({ gpu, rules }, g, [x], { kind }) {
    const g_x = gpu.allocate(g.rows, g.width, 'gelu relevance');
    const count = g.rows * g.width;
    const params = { count, erf: kind === 'erf' ? 1 : 0, derivative: rules.slope === 'derivative' ? 1 : 0 };
    const buffers = { x: x!.storage, g_y: g.storage, g_x: g_x.storage };
    gpu.run(relevance, buffers, params, gridOf(Math.ceil(count / 64)));
    return [g_x];
  },
};
