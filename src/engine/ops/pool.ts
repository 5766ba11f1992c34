// The mean of some rows; of one row, that row.
import source from '#shaders/pool.wgsl?raw';
import { gridOf } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const poolShader = shader('pool.wgsl', source);
const forward = kernel(poolShader, 'forward');
const relevance = kernel(poolShader, 'relevance');

export interface PoolOptions {
  /** Rows of x. */
  readonly rows: number;
  readonly first: number;
  readonly count: number;
}

export const pool: Op<readonly [x: Tensor], PoolOptions> = {
  name: 'pool',
  forward(gpu, [x], options) {
    const { width } = x;
    const y = gpu.allocate(1, width, 'pool');
    gpu.run(forward, { x: x.storage, y: y.storage }, { ...options, width }, gridOf(Math.ceil(width / 64)));
    return { output: y, saved: [] };
  },
  relevance({ gpu }, g, _saved, options) {
    const { width } = g;
    const g_x = gpu.allocate(options.rows, width, 'pool relevance');
    const grid = gridOf(Math.ceil((options.rows * width) / 64));
    gpu.run(relevance, { g_y: g.storage, g_x: g_x.storage }, { ...options, width }, grid);
    return [g_x];
  },
};
