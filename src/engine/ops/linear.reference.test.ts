import { expect, test } from 'vitest';
import { at, rowTotals, type Matrix } from '../matrix.ts';
import { deviation, differentiate } from './differences.test-helper.ts';
import * as linear from './linear.reference.ts';
import { randomMatrix } from './random.test-helper.ts';

const x = randomMatrix(1, 3, 5);
const weight = randomMatrix(2, 7, 5);
const bias = randomMatrix(3, 1, 7);
const output = randomMatrix(4, 3, 7);

test('multiplies rows by the transposed weight and adds the bias', () => {
  const small: Matrix = { rows: 2, width: 2, data: Float64Array.of(1, 2, 3, 4) };
  const bias: Matrix = { rows: 1, width: 2, data: Float64Array.of(10, 20) };
  expect([...linear.forward([small], { weight: small, bias }).data]).toEqual([15, 31, 21, 45]);
});

test('hands on all relevance of each row where there is no bias', () => {
  const [input] = linear.relevance(output, [x], { weight });
  expect(deviation(rowTotals(input!), rowTotals(output))).toBeLessThan(1e-12);
});

test('leaves to the bias its part of every output', () => {
  const z = linear.forward([x], { weight, bias });
  const [input] = linear.relevance(output, [x], { weight, bias });
  const kept = Array.from({ length: 3 }, (_, row) => {
    let sum = 0;
    for (let j = 0; j < 7; j++) sum += (at(bias, 0, j) * at(output, row, j)) / at(z, row, j);
    return sum;
  });
  const expected = rowTotals(output).map((sum, row) => sum - kept[row]!);
  expect(deviation(rowTotals(input!), expected)).toBeLessThan(1e-12);
});

test('gives nothing through an output of exactly 0', () => {
  const weight: Matrix = { rows: 2, width: 2, data: Float64Array.of(1, -1, 1, 1) };
  const even: Matrix = { rows: 1, width: 2, data: Float64Array.of(2, 2) };
  const output: Matrix = { rows: 1, width: 2, data: Float64Array.of(5, 1) };
  expect([...linear.relevance(output, [even], { weight })[0]!.data]).toEqual([0.5, 0.5]);
});

test('differentiates as finite differences do', () => {
  const numeric = differentiate((inputs) => linear.forward(inputs, { weight, bias }), [x] as const, output);
  expect(deviation(linear.derivative(output, [x], { weight })[0]!.data, numeric[0]!.data)).toBeLessThan(1e-9);
});
