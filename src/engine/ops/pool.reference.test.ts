import { expect, test } from 'vitest';
import { rowTotals, total, type Matrix } from '../matrix.ts';
import { deviation, differentiate } from './differences.test-helper.ts';
import * as pool from './pool.reference.ts';
import { randomMatrix } from './random.test-helper.ts';

const x = randomMatrix(1, 5, 3);
const output = randomMatrix(2, 1, 3);
const column = (...data: number[]): Matrix => ({ rows: data.length, width: 1, data: Float64Array.from(data) });

test('averages the rows asked for', () => {
  expect([...pool.forward([column(9, 1, 2, 6)], { first: 1, count: 3 }).data]).toEqual([3]);
  expect([...pool.forward([column(9, 1, 2, 6)], { first: 0, count: 1 }).data]).toEqual([9]);
});

test('gives each row its part, and nothing to the others', () => {
  const [input] = pool.relevance(column(27), [column(9, 1, 2, 6)], { first: 1, count: 3 });
  expect([...input!.data]).toEqual([0, 3, 6, 18]);
});

test.each([
  [0, 1],
  [1, 4],
  [2, 2],
])('keeps all relevance within rows from %i, %i of them', (first, count) => {
  const [input] = pool.relevance(output, [x], { first, count });
  expect(total(input!)).toBeCloseTo(total(output), 11);
  rowTotals(input!).forEach((sum, row) => expect(sum === 0).toBe(row < first || row >= first + count));
});

test('differentiates as finite differences do', () => {
  const parameters = { first: 1, count: 3 };
  const numeric = differentiate((inputs) => pool.forward(inputs, parameters), [x] as const, output);
  expect(deviation(pool.derivative(output, [x], parameters)[0]!.data, numeric[0]!.data)).toBeLessThan(1e-9);
});
