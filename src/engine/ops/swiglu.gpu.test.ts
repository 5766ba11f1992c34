import { expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import type { Gpu } from '../gpu.ts';
import { at, generate, type Matrix } from '../matrix.ts';
import { gradient } from '../rules.ts';
import { stackOf } from '../stack.ts';
import { checkOp, tolerance, upload } from './check-op.test-helper.ts';
import * as columns from './columns.reference.ts';
import * as linear from './linear.reference.ts';
import { multiplyGatedRow } from './linear-one-row.ts';
import { quantisedWeight, table } from './quantised-weight.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import type { ReferenceOp } from './reference-op.ts';
import { storedWeight, type StoredWeight } from './stored-weight.test-helper.ts';
import * as branches from './swiglu.reference.ts';
import { swiglu } from './swiglu.ts';

const gpu = useGpu();
const plainGpu = useGpu({ defaultsOnly: true });

const split = (x: Matrix): readonly [gate: Matrix, up: Matrix] => {
  const count = x.width / 2;
  return [columns.forward([x], { first: 0, count }), columns.forward([x], { first: count, count })];
};
const beside = ([a, b]: readonly Matrix[]): Matrix =>
  generate(a!.rows, 2 * a!.width, (row, column) =>
    column < a!.width ? at(a!, row, column) : at(b!, row, column - a!.width),
  );

/** The reference of two branches, for rows in which these stand side by side. */
const reference: ReferenceOp<readonly [x: Matrix], object> = {
  forward: ([x]) => branches.forward(split(x)),
  relevance: (output, [x], parameters, rules) => [beside(branches.relevance(output, split(x), parameters, rules))],
  derivative: (output, [x]) => [beside(branches.derivative(output, split(x)))],
};

it.each([
  [1, 1],
  [1, 160],
  [7, 63],
  [9, 65],
  [33, 172],
])('gates %i rows of %i as the reference does', async (rows, width) => {
  const inputs = [randomMatrix(rows, rows, 2 * width)] as const;
  const label = `${rows} × ${width}`;
  await checkOp(gpu(), { op: swiglu, options: {}, reference, parameters: {}, inputs, label });
});

it('stays exact where the gate is wide open or shut, up to the ends of what exp can hold', async () => {
  const gate = generate(2, 61, (row, column) => (row === 0 ? 1 : 7) * (column - 30));
  const both = beside([gate, randomMatrix(2, 2, 61)]);
  await checkOp(gpu(), { op: swiglu, options: {}, reference, parameters: {}, inputs: [both], label: 'steep' });

  const ends = [-1e30, -300, -88.8, 88.8, 300, 1e30];
  const extreme = generate(1, 12, (_, column) => ends[column] ?? 1);
  const one = generate(1, 6, () => 1);
  await gpu().scopeAsync(async () => {
    const { output, saved } = swiglu.forward(gpu(), [upload(gpu(), extreme)], {});
    const context = { gpu: gpu(), rules: gradient, ledger: null };
    const [g] = swiglu.relevance(context, upload(gpu(), one), saved, {});
    const openness = (await gpu().readFloats(output)).map((value, index) => value / ends[index]!);
    expect(deviation(openness, [0, 0, 0, 1, 1, 1])).toBeLessThan(tolerance);
    expect(deviation((await gpu().readFloats(g!)).slice(0, 6), [0, 0, 0, 1, 1, 1])).toBeLessThan(tolerance);
  });
});

it('gates more values than workgroups fit in one dimension', async () => {
  const [rows, width] = [65, 65_537];
  const values = Float32Array.from({ length: rows * 2 * width }, (_, index) => (index % 251) / 50 - 2.5);
  await gpu().scopeAsync(async () => {
    const x = gpu().upload(values, rows, 2 * width, 'many');
    const found = await gpu().readFloats(swiglu.forward(gpu(), [x], {}).output);
    const expected = found.map((_, index) => {
      const gate = Math.floor(index / width) * 2 * width + (index % width);
      return (values[gate]! / (1 + Math.exp(-values[gate]!))) * values[gate + width]!;
    });
    expect(deviation(found, expected)).toBeLessThan(tolerance);
  });
});

it('refuses rows that cannot be halved', () => {
  gpu().scope(() => {
    const x = upload(gpu(), randomMatrix(1, 3, 9));
    expect(() => swiglu.forward(gpu(), [x], {})).toThrow('rows of 9 numbers are no gate and up of the same width');
  });
});

async function checkRow(on: Gpu, { weight, decoded }: StoredWeight): Promise<void> {
  const x = randomMatrix(5, 1, weight.columns);
  const expected = reference.forward([linear.forward([x], { weight: decoded })], {});
  await on.scopeAsync(async () => {
    const found = await on.readFloats(multiplyGatedRow(on, upload(on, x), weight)!);
    expect(deviation(found, expected.data), weight.name).toBeLessThan(tolerance);
  });
}

it.each([
  [2, 5],
  [34, 64],
  [62, 172],
  [602, 576],
])('multiplies and gates one row at once, %i rows of %i', async (rows, width) => {
  for (const on of [gpu(), plainGpu()]) {
    await checkRow(on, await storedWeight(on, randomMatrix(rows, rows, width), 'F16'));
    for (const kind of ['zero-bf16', 'table-f32'] as const) {
      const format = { bits: 4, kind, group: 32, table } as const;
      await checkRow(on, await quantisedWeight(on, rows, { rows, columns: width, format, reordered: rows === 62 }));
    }
  }
});

it('leaves it to others where gate and up lie in several shards', async () => {
  const { weight: gate } = await storedWeight(gpu(), randomMatrix(1, 8, 16), 'F16');
  const { weight: up } = await storedWeight(gpu(), randomMatrix(2, 8, 16), 'F32');
  gpu().scope(() => {
    expect(multiplyGatedRow(gpu(), upload(gpu(), randomMatrix(3, 1, 16)), stackOf('both', [gate, up]))).toBe(null);
  });
});
