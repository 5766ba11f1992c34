// Rotary embedding of every head of x; relevance turns the multiplier back.
import source from '#shaders/rope.wgsl?raw';
import { AppError } from '../../errors.ts';
import { gridOf, type Gpu } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { Rotation } from '../ops.ts';
import type { Storage } from '../pool.ts';
import type { Tensor } from '../tensor.ts';

const turn = kernel(shader('rope.wgsl', source), 'forward');

/** Cosine and sine of every position and frequency, computed in float64. */
export interface RotationTable {
  readonly storage: Storage;
  readonly positions: number;
  readonly headSize: number;
}

export function createRotationTable(
  gpu: Gpu,
  { headSize, inverseFrequencies }: Rotation,
  positions: number,
): RotationTable {
  const half = headSize / 2;
  const values = new Float32Array(positions * headSize);
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * inverseFrequencies[i]!;
      values[(position * half + i) * 2] = Math.cos(angle);
      values[(position * half + i) * 2 + 1] = Math.sin(angle);
    }
  }
  const storage = gpu.allocateForever(values.byteLength, 'rotation table');
  gpu.write(storage, 0, values);
  return { storage, positions, headSize };
}

export interface RopeOptions {
  readonly table: RotationTable;
  readonly firstPosition: number;
}

function rotate(gpu: Gpu, x: Tensor, { table, firstPosition }: RopeOptions, direction: 1 | -1): Tensor {
  if (firstPosition + x.rows > table.positions) {
    throw new AppError(
      'ContextError',
      `The text has ${firstPosition + x.rows} tokens, but only ${table.positions} fit. Use a shorter text.`,
    );
  }
  const y = gpu.allocate(x.rows, x.width, 'rope');
  const heads = x.width / table.headSize;
  const half_size = table.headSize / 2;
  const params = { rows: x.rows, heads, half_size, first_position: firstPosition, direction };
  const buffers = { x: x.storage, table: table.storage, y: y.storage };
  gpu.run(turn, buffers, params, gridOf(Math.ceil((x.rows * heads * half_size) / 64)));
  return y;
}

export const rope: Op<readonly [x: Tensor], RopeOptions> = {
  name: 'rope',
  forward: (gpu, [x], options) => ({ output: rotate(gpu, x, options, 1), saved: [] }),
  relevance: ({ gpu }, g, _saved, options) => [rotate(gpu, g, options, -1)],
};
