import { expect, test } from 'vitest';
import type { Matrix } from '../matrix.ts';
import * as add from './add.reference.ts';
import { deviation, differentiate } from './differences.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';

const a = randomMatrix(1, 3, 5);
const b = randomMatrix(2, 3, 5);
const output = randomMatrix(3, 3, 5);

test('shares every relevance in the proportion of the summands', () => {
  const row = (...data: number[]): Matrix => ({ rows: 1, width: data.length, data: Float64Array.from(data) });
  const shared = add.relevance(row(8, 1, 5), [row(1, -1, 2), row(3, 2, -2)]);
  expect(shared.map(({ data }) => [...data])).toEqual([
    [2, -1, 0],
    [6, 2, 0],
  ]);
});

test('hands on all relevance of each entry', () => {
  const [toA, toB] = add.relevance(output, [a, b]);
  const sums = toA!.data.map((value, i) => value + toB!.data[i]!);
  expect(deviation(sums, output.data)).toBeLessThan(1e-13);
});

test('differentiates as finite differences do', () => {
  const numeric = differentiate(add.forward, [a, b] as const, output);
  add
    .derivative(output)
    .forEach((matrix, index) => expect(deviation(matrix.data, numeric[index]!.data)).toBeLessThan(1e-9));
});
