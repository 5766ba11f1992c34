// y = a + b.
import source from '#shaders/add.wgsl?raw';
import { gridOf } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import { expectShape, type Tensor } from '../tensor.ts';

const forward = kernel(shader('add.wgsl', source), 'forward');

export const add: Op<readonly [a: Tensor, b: Tensor], object> = {
  name: 'add',
  forward(gpu, [a, b]) {
    expectShape('add', 'b', b, a.rows, a.width);
    const y = gpu.allocate(a.rows, a.width, 'add');
    const count = a.rows * a.width;
    gpu.run(forward, { a: a.storage, b: b.storage, y: y.storage }, { count }, gridOf(Math.ceil(count / 256)));
    return { output: y, saved: [] };
  },
  unsaved: ([a]) => ({ rows: a.rows, width: a.width }),
  relevance(_context, g) {
    return [g, g];
  },
};
