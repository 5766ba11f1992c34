// One row alone: what the token after it is predicted from.
import source from '#shaders/row.wgsl?raw';
import { gridOf } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const rowShader = shader('row.wgsl', source);
const forward = kernel(rowShader, 'forward');
const relevance = kernel(rowShader, 'relevance');

export interface RowOptions {
  /** Of x. */
  readonly rows: number;
  readonly row: number;
}

export const row: Op<readonly [x: Tensor], RowOptions> = {
  name: 'row',
  forward(gpu, [x], { rows, row }) {
    const { width } = x;
    const y = gpu.allocate(1, width, 'row');
    gpu.run(forward, { x: x.storage, y: y.storage }, { rows, width, row }, gridOf(Math.ceil(width / 64)));
    return { output: y, saved: [] };
  },
  relevance({ gpu }, g, _saved, { rows, row }) {
    const { width } = g;
    const g_x = gpu.allocate(rows, width, 'row relevance');
    const grid = gridOf(Math.ceil((rows * width) / 64));
    gpu.run(relevance, { g_y: g.storage, g_x: g_x.storage }, { rows, width, row }, grid);
    return [g_x];
  },
};
