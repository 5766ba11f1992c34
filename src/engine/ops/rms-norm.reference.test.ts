import { expect, test } from 'vitest';
import { at, type Matrix } from '../matrix.ts';
import { deviation, differentiate } from './differences.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import * as rmsNorm from './rms-norm.reference.ts';

const x = randomMatrix(1, 3, 12);
const output = randomMatrix(2, 3, 12);

test.each([12, 4])('scales groups of %i columns to a root mean square of 1', (size) => {
  const ones: Matrix = { rows: 1, width: 12, data: new Float64Array(12).fill(1) };
  const y = rmsNorm.forward([x], { weight: ones, epsilon: 0, width: size });
  for (let row = 0; row < 3; row++)
    for (let first = 0; first < 12; first += size) {
      let squares = 0;
      for (let i = 0; i < size; i++) squares += at(y, row, first + i) ** 2;
      expect(squares / size).toBeCloseTo(1, 12);
    }
});

test('adds epsilon to the mean square and multiplies by the weight', () => {
  const row: Matrix = { rows: 1, width: 2, data: Float64Array.of(1, 7) };
  const weight: Matrix = { rows: 1, width: 2, data: Float64Array.of(2, -1) };
  const y = rmsNorm.forward([row], { weight, epsilon: 11 });
  expect(deviation(y.data, [2 / 6, -7 / 6])).toBeLessThan(1e-15);
});

test('hands every relevance on unchanged', () => {
  expect(rmsNorm.relevance(output)).toEqual([output]);
});

test.each([
  [12, 12],
  [4, 12],
  [4, 8],
])('differentiates groups of %i columns, %i of them normed, as finite differences do', (width, covered) => {
  const parameters = { weight: randomMatrix(3, 1, covered), epsilon: 1e-2, width };
  const numeric = differentiate((inputs) => rmsNorm.forward(inputs, parameters), [x] as const, output);
  expect(deviation(rmsNorm.derivative(output, [x], parameters)[0]!.data, numeric[0]!.data)).toBeLessThan(1e-9);
});
