// Class tokens above image patches, plus a position for every row. Both are parameters: what reaches them is absorbed,
// and shown as shares of their own.
import source from '#shaders/prepend.wgsl?raw';
import { AppError } from '../../errors.ts';
import { gridOf } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { vectorOf, type Weight } from '../weight.ts';
import { add } from './add.ts';
import { embed } from './embed.ts';

const prependShader = shader('prepend.wgsl', source);
const forward = kernel(prependShader, 'forward');
const relevance = kernel(prependShader, 'relevance');

export interface ClassAndPositionsOptions {
  /** One vector, or two (distilled DeiT). */
  readonly classTokens: readonly Weight[];
  /** [tokens + patches, width]. */
  readonly positions: Weight;
}

export const classAndPositions: Op<readonly [x: Tensor], ClassAndPositionsOptions> = {
  name: 'classAndPositions',
  forward(gpu, [x], { classTokens, positions }) {
    const { width } = x;
    const tokens = classTokens.length;
    const rows = x.rows + tokens;
    if (tokens > 2 || positions.rows !== rows || positions.columns !== width) {
      throw new AppError(
        'GpuError',
        `classAndPositions: ${tokens} class tokens and ${x.rows} patches of width ${width} do not fit ${positions.name} [${positions.rows}, ${positions.columns}].`,
      );
    }
    const stacked = gpu.allocate(rows, width, 'class tokens and patches');
    // A binding that is not read still wants a buffer.
    const [first = x.storage, second = x.storage] = classTokens.map(vectorOf);
    const buffers = { x: x.storage, first_token: first, second_token: second, y: stacked.storage };
    const count = rows * width;
    gpu.run(forward, buffers, { count, width, tokens }, gridOf(Math.ceil(count / 64)));
    const order = gpu.upload(
      Uint32Array.from({ length: rows }, (_, row) => row),
      rows,
      1,
      'rows',
    );
    const table = embed(gpu, order, positions);
    return { output: add.forward(gpu, [stacked, table], {}).output, saved: [stacked, table] };
  },
  relevance({ gpu, ledger }, g, saved, { classTokens }) {
    const [stacked, table] = saved as [Tensor, Tensor];
    const { width } = g;
    const tokens = classTokens.length;
    ledger?.bookAbsorbed('positions', { storage: table.storage, shared: false }, g, 1);
    if (tokens > 0) ledger?.bookAbsorbed('cls', { storage: stacked.storage, shared: false }, { ...g, rows: tokens }, 1);
    const g_x = gpu.allocate(g.rows - tokens, width, 'patches relevance');
    const count = g_x.rows * width;
    gpu.run(relevance, { g_y: g.storage, g_x: g_x.storage }, { count, width, tokens }, gridOf(Math.ceil(count / 64)));
    return [g_x];
  },
};
