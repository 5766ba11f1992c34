// The last row alone: what the next token is predicted from.
import source from '#shaders/last-row.wgsl?raw';
import { gridOf } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const lastRowShader = shader('last-row.wgsl', source);
const forward = kernel(lastRowShader, 'forward');
const relevance = kernel(lastRowShader, 'relevance');

export const lastRow: Op<readonly [x: Tensor], { readonly rows: number }> = {
  name: 'lastRow',
  forward(gpu, [x], { rows }) {
    const { width } = x;
    const y = gpu.allocate(1, width, 'lastRow');
    gpu.run(forward, { x: x.storage, y: y.storage }, { rows, width }, gridOf(Math.ceil(width / 64)));
    return { output: y, saved: [] };
  },
  relevance({ gpu }, g, _saved, { rows }) {
    const { width } = g;
    const g_x = gpu.allocate(rows, width, 'lastRow relevance');
    gpu.run(relevance, { g_y: g.storage, g_x: g_x.storage }, { rows, width }, gridOf(Math.ceil((rows * width) / 64)));
    return [g_x];
  },
};
