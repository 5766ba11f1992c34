import { expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import { generate } from '../matrix.ts';
import { checkOp, tolerance } from './check-op.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import * as reference from './scale.reference.ts';
import { scale } from './scale.ts';

const gpu = useGpu();

it.each([
  [1, 1, 0.5],
  [1, 1000, 0.5],
  [7, 63, -3],
  [9, 65, 2 ** 40],
  [33, 172, 2 ** -40],
  [2, 64, 0],
])('multiplies %i rows of %i by %d as the reference does', async (rows, width, factor) => {
  const label = `${rows} × ${width}, ${factor}`;
  const inputs = [randomMatrix(rows, rows, width)] as const;
  await checkOp(gpu(), { op: scale, options: { factor }, reference, parameters: { factor }, inputs, label });
});

it.each([
  ['positive', Math.abs],
  ['negative', (value: number) => -Math.abs(value)],
  ['all 0', () => 0],
  ['very small', (value: number) => value * 2 ** -60],
  ['very large', (value: number) => value * 2 ** 60],
] as const)('keeps its digits where the numbers are %s', async (label, entry) => {
  const random = randomMatrix(3, 5, 70);
  const x = generate(5, 70, (row, column) => entry(random.data[row * 70 + column]!));
  const parameters = { factor: Math.fround(1 / 3) };
  await checkOp(gpu(), { op: scale, options: parameters, reference, parameters, inputs: [x] as const, label });
});

it('multiplies more numbers than workgroups fit in one dimension', async () => {
  const [rows, width] = [65, 65_537];
  const values = Float32Array.from({ length: rows * width }, (_, index) => (index % 251) - 125);
  await gpu().scopeAsync(async () => {
    const { output } = scale.forward(gpu(), [gpu().upload(values, rows, width, 'many')], { factor: 0.3 });
    const expected = values.map((value) => 0.3 * value);
    expect(deviation(await gpu().readFloats(output), expected)).toBeLessThan(tolerance);
  });
});
