import { expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import { generate, type Matrix } from '../matrix.ts';
import { attnLrp } from '../rules.ts';
import { checkOp } from './check-op.test-helper.ts';
import * as reference from './pool.reference.ts';
import { pool } from './pool.ts';
import { randomMatrix } from './random.test-helper.ts';

const gpu = useGpu();

async function check(label: string, x: Matrix, first: number, count: number): Promise<void> {
  const options = { rows: x.rows, first, count };
  await checkOp(gpu(), { op: pool, options, reference, parameters: { first, count }, inputs: [x] as const, label });
}

it.each([
  ['the class token', 17, 192, 0, 1],
  ['the second token of a distilled DeiT', 18, 192, 1, 1],
  ['the last row', 9, 65, 8, 1],
  ['the only row, of one number', 1, 1, 0, 1],
  ['the mean of all patches below a class token', 197, 70, 1, 196],
  ['the mean of all rows', 33, 63, 0, 33],
  ['the mean of rows from the middle', 12, 130, 5, 3],
] as const)('selects %s as the reference does', (label, rows, width, first, count) =>
  check(label, randomMatrix(rows, rows, width), first, count),
);

const random = randomMatrix(2, 50, 40);
it.each([
  ['positive rows', Math.abs],
  ['negative rows', (value: number) => -Math.abs(value)],
  ['rows of zeros', () => 0],
  ['very small rows', (value: number) => value * 2 ** -60],
  ['very large rows', (value: number) => value * 2 ** 60],
] as const)('keeps its digits on %s', (label, entry) =>
  check(
    label,
    generate(50, 40, (row, column) => entry(random.data[row * 40 + column]!)),
    1,
    49,
  ),
);

it('hands relevance on to more numbers than workgroups fit in one dimension', async () => {
  const [rows, width] = [65_600, 65];
  const g = randomMatrix(3, 1, width);
  await gpu().scopeAsync(async () => {
    const context = { gpu: gpu(), rules: attnLrp, ledger: null };
    const seed = gpu().upload(Float32Array.from(g.data), 1, width, 'g');
    const [g_x] = pool.relevance(context, seed, [], { rows, first: rows - 2, count: 1 });
    const found = await gpu().readFloats(g_x!);
    const expected = new Float32Array(rows * width);
    expected.set(g.data, (rows - 2) * width);
    expect(deviation(found, expected)).toBe(0);
  });
});
