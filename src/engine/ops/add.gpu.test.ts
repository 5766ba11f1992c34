import { expect, it } from 'vitest';
import { useGpu } from '../gpu.test-helper.ts';
import * as reference from './add.reference.ts';
import { add } from './add.ts';
import { checkOp, upload } from './check-op.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';

const gpu = useGpu();

it.each([
  [1, 1],
  [1, 577],
  [9, 64],
  [33, 65],
])('adds %i rows of %i as the reference does', async (rows, width) => {
  const inputs = [randomMatrix(rows, rows, width), randomMatrix(width + 1, rows, width)] as const;
  const label = `${rows} × ${width}`;
  await checkOp(gpu(), { op: add, options: {}, reference, parameters: {}, inputs, label });
});

it('adds more values than workgroups fit in one dimension', async () => {
  const [rows, width] = [65, 65_537];
  const values = Float32Array.from({ length: rows * width }, (_, index) => index);
  await gpu().scopeAsync(async () => {
    const x = gpu().upload(values, rows, width, 'many');
    const found = await gpu().readFloats(add.forward(gpu(), [x, x], {}).output);
    expect(found.findIndex((value, index) => value !== 2 * index)).toBe(-1);
  });
});

it('refuses terms of different shapes', () => {
  gpu().scope(() => {
    const [a, b] = [upload(gpu(), randomMatrix(1, 3, 8)), upload(gpu(), randomMatrix(2, 4, 8))];
    expect(() => add.forward(gpu(), [a, b], {})).toThrow('add: b has shape [4, 8], expected [3, 8]');
  });
});
