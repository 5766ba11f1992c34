import { expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import { generate } from '../matrix.ts';
import { gradient } from '../rules.ts';
import { checkOp, tolerance, upload } from './check-op.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import * as reference from './swiglu.reference.ts';
import { swiglu } from './swiglu.ts';

const gpu = useGpu();

it.each([
  [1, 1],
  [1, 160],
  [7, 63],
  [9, 65],
  [33, 172],
])('gates %i rows of %i as the reference does', async (rows, width) => {
  const inputs = [randomMatrix(rows, rows, width), randomMatrix(width, rows, width)] as const;
  const label = `${rows} × ${width}`;
  await checkOp(gpu(), { op: swiglu, options: {}, reference, parameters: {}, inputs, label });
});

it('stays exact where the gate is wide open or shut, up to the ends of what exp can hold', async () => {
  const gate = generate(2, 61, (row, column) => (row === 0 ? 1 : 7) * (column - 30));
  const up = randomMatrix(2, 2, 61);
  await checkOp(gpu(), { op: swiglu, options: {}, reference, parameters: {}, inputs: [gate, up], label: 'steep' });

  const extreme = generate(1, 6, (_, column) => [-1e30, -300, -88.8, 88.8, 300, 1e30][column]!);
  const one = generate(1, 6, () => 1);
  await gpu().scopeAsync(async () => {
    const { output, saved } = swiglu.forward(gpu(), [upload(gpu(), extreme), upload(gpu(), one)], {});
    const context = { gpu: gpu(), rules: gradient, ledger: null };
    const [g_gate] = swiglu.relevance(context, upload(gpu(), one), saved, {});
    const openness = (await gpu().readFloats(output)).map((value, index) => value / extreme.data[index]!);
    expect(deviation(openness, [0, 0, 0, 1, 1, 1])).toBeLessThan(tolerance);
    expect(deviation(await gpu().readFloats(g_gate!), [0, 0, 0, 1, 1, 1])).toBeLessThan(tolerance);
  });
});

it('gates more values than workgroups fit in one dimension', async () => {
  const [rows, width] = [65, 65_537];
  const values = Float32Array.from({ length: rows * width }, (_, index) => (index % 251) / 50 - 2.5);
  await gpu().scopeAsync(async () => {
    const x = gpu().upload(values, rows, width, 'many');
    const found = await gpu().readFloats(swiglu.forward(gpu(), [x, x], {}).output);
    const expected = values.map((value) => (value * value) / (1 + Math.exp(-value)));
    expect(deviation(found, expected)).toBeLessThan(tolerance);
  });
});

it('refuses branches of different shapes', () => {
  gpu().scope(() => {
    const [gate, up] = [upload(gpu(), randomMatrix(1, 3, 8)), upload(gpu(), randomMatrix(2, 3, 9))];
    expect(() => swiglu.forward(gpu(), [gate, up], {})).toThrow('swiglu: up has shape [3, 9], expected [3, 8]');
  });
});
