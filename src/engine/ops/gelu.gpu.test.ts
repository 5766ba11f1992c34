import { describe, expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import { generate, type Matrix } from '../matrix.ts';
import { attnLrp, gradient } from '../rules.ts';
import { checkOp, tolerance, upload } from './check-op.test-helper.ts';
import * as reference from './gelu.reference.ts';
import { gelu } from './gelu.ts';
import { randomMatrix } from './random.test-helper.ts';

const gpu = useGpu();

describe.each(['erf', 'tanh'] as const)('%s-GELU', (kind) => {
  const check = (label: string, x: Matrix): Promise<void> =>
    checkOp(gpu(), { op: gelu, options: { kind }, reference, parameters: { kind }, inputs: [x] as const, label });

  it.each([
    [1, 1],
    [1, 160],
    [7, 63],
    [9, 65],
    [33, 172],
  ])('equals its reference on %i rows of %i', (rows, width) => check('random', randomMatrix(rows, rows, width)));

  const random = randomMatrix(1, 3, 50);
  const from = (entry: (value: number) => number): Matrix =>
    generate(3, 50, (row, column) => Math.fround(entry(random.data[row * 50 + column]!)));

  // Far below 0 it is the small tail of Φ that counts, and not its distance from 0 in relation to 1.
  it.each([
    ['positive numbers only', from(Math.abs)],
    ['negative numbers only', from((value) => -Math.abs(value))],
    ['numbers around −4', from((value) => 0.1 * value - 4)],
    ['numbers around −5', from((value) => 0.1 * value - 5)],
    ['very small numbers', from((value) => value * 2 ** -60)],
    ['large numbers', from((value) => value * 2 ** 40)],
    ['nothing but 0', from(() => 0)],
  ])('keeps its digits on %s', (label, x) => check(label, x));

  it('follows its curve from one flat end to the other', () =>
    check(
      'curve',
      generate(1, 401, (_, column) => (column - 200) / 25),
    ));

  it('stays finite up to the ends of float32', async () => {
    const extreme = generate(1, 8, (_, column) => [-3e38, -1e30, -1e13, -20, 20, 1e13, 1e30, 3e38][column]!);
    const one = generate(1, 8, () => 1);
    const step = [0, 0, 0, 0, 1, 1, 1, 1];
    await gpu().scopeAsync(async () => {
      const { output, saved } = gelu.forward(gpu(), [upload(gpu(), extreme)], { kind });
      const openness = (await gpu().readFloats(output)).map((value, index) => value / extreme.data[index]!);
      expect(deviation(openness, step)).toBeLessThan(tolerance);
      for (const rules of [attnLrp, gradient]) {
        const context = { gpu: gpu(), rules, ledger: null };
        const [g_x] = gelu.relevance(context, upload(gpu(), one), saved, { kind });
        expect(deviation(await gpu().readFloats(g_x!), step)).toBeLessThan(tolerance);
      }
    });
  });
});

it('bends more values than workgroups fit in one dimension', async () => {
  const [rows, width] = [65, 65_537];
  const values = Float32Array.from({ length: rows * width }, (_, index) => (index % 251) / 50 - 2.5);
  const expected = reference.forward([generate(1, 251, (_, column) => values[column]!)], { kind: 'erf' }).data;
  await gpu().scopeAsync(async () => {
    const x = gpu().upload(values, rows, width, 'many');
    const found = await gpu().readFloats(gelu.forward(gpu(), [x], { kind: 'erf' }).output);
    const repeated = Float64Array.from({ length: rows * width }, (_, index) => expected[index % 251]!);
    expect(deviation(found, repeated)).toBeLessThan(tolerance);
  });
});
