import { describe, expect, test } from 'vitest';
import { at, generate, rowTotals, type Matrix } from '../matrix.ts';
import { attnLrp } from '../rules.ts';
import { deviation, differentiate } from './differences.test-helper.ts';
import * as layerNorm from './layer-norm.reference.ts';
import { randomMatrix } from './random.test-helper.ts';

const x = randomMatrix(1, 3, 7);
const output = randomMatrix(2, 3, 7);
const parameters = { weight: randomMatrix(3, 1, 7), bias: randomMatrix(4, 1, 7), epsilon: 1e-2 };
const row = (...data: number[]): Matrix => ({ rows: 1, width: data.length, data: Float64Array.from(data) });

test('gives rows of mean 0 and variance 1 the weight and the bias', () => {
  // mean 4, variance 5, with epsilon a deviation of 3
  const y = layerNorm.forward([row(1, 3, 5, 7)], { weight: row(3, 3, 6, 3), bias: row(0, 0, 10, 0), epsilon: 4 });
  expect(deviation(y.data, [-3, -1, 12, 3])).toBeLessThan(1e-15);
});

describe('with the deviation held constant', () => {
  test('hands on what the bias does not keep', () => {
    const y = layerNorm.forward([x], parameters);
    const [input] = layerNorm.relevance(output, [x], parameters, attnLrp);
    const kept = generate(3, 7, (row, j) => (at(parameters.bias, 0, j) * at(output, row, j)) / at(y, row, j));
    const expected = rowTotals(output).map((sum, row) => sum - rowTotals(kept)[row]!);
    expect(deviation(rowTotals(input!), expected)).toBeLessThan(1e-12);
  });

  test('takes it for the linear map that subtracts the mean', () => {
    // y = x − 4 = (−3, −1, 1, 3), R / y = (−1, 0, 0, 1)
    const parameters = { weight: row(3, 3, 3, 3), bias: row(0, 0, 0, 0), epsilon: 4 };
    const [input] = layerNorm.relevance(row(3, 0, 0, 3), [row(1, 3, 5, 7)], parameters, attnLrp);
    expect(deviation(input!.data, [-1, 0, 0, 7])).toBeLessThan(1e-15);
  });
});

test('read as one whole hands every relevance on unchanged', () => {
  expect(layerNorm.relevance(output, [x], parameters, { ...attnLrp, norm: 'whole' })).toEqual([output]);
});

test('differentiates as finite differences do', () => {
  const numeric = differentiate((inputs) => layerNorm.forward(inputs, parameters), [x] as const, output);
  expect(deviation(layerNorm.derivative(output, [x], parameters)[0]!.data, numeric[0]!.data)).toBeLessThan(1e-9);
});
