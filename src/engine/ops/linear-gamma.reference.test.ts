import { expect, test } from 'vitest';
import { generate, rowTotals, type Matrix } from '../matrix.ts';
import { deviation } from './differences.test-helper.ts';
import * as linearGamma from './linear-gamma.reference.ts';
import * as linear from './linear.reference.ts';
import { randomMatrix } from './random.test-helper.ts';

const x = randomMatrix(1, 3, 5);
const weight = randomMatrix(2, 7, 5);
const bias = randomMatrix(3, 1, 7);
const output = randomMatrix(4, 3, 7);
const row = (...data: number[]): Matrix => ({ rows: 1, width: data.length, data: Float64Array.from(data) });

test('is the epsilon rule where gamma is 0', () => {
  const [found] = linearGamma.relevance(output, [x], { weight, bias, gamma: 0 });
  expect(deviation(found!.data, linear.relevance(output, [x], { weight, bias })[0]!.data)).toBeLessThan(1e-12);
});

test.each([0.05, 0.25, 100])('hands on all relevance of each row where there is no bias, gamma %d', (gamma) => {
  const [input] = linearGamma.relevance(output, [x], { weight, gamma });
  expect(deviation(rowTotals(input!), rowTotals(output))).toBeLessThan(1e-12);
});

test('favours the products that have the sign of the output', () => {
  // Products 6 and −2: z = 4, P = 6. With gamma ½ the parts are 9 and −2 of 7.
  const positive = linearGamma.relevance(row(14), [row(2, -1)], { weight: row(3, 2), gamma: 0.5 });
  expect(deviation(positive[0]!.data, [18, -4])).toBeLessThan(1e-15);
  // The output's sign turned: z = −4, N = −6, and the same parts.
  const negative = linearGamma.relevance(row(14), [row(2, -1)], { weight: row(-3, -2), gamma: 0.5 });
  expect(deviation(negative[0]!.data, [18, -4])).toBeLessThan(1e-15);
});

test('counts the bias among the parts, and lets it keep its own', () => {
  // Products 6 and −2, bias 4: z = 8, P = 10. With gamma ½ the parts are 9, −2 and 6 of 13.
  const [input] = linearGamma.relevance(row(13), [row(2, -1)], { weight: row(3, 2), bias: row(4), gamma: 0.5 });
  expect(deviation(input!.data, [9, -2])).toBeLessThan(1e-15);
});

test('gives nothing through an output of exactly 0', () => {
  const weight: Matrix = { rows: 2, width: 2, data: Float64Array.of(1, -1, 1, 1) };
  expect([...linearGamma.relevance(row(5, 1), [row(2, 2)], { weight, gamma: 1 })[0]!.data]).toEqual([0.5, 0.5]);
});

test('tends to the positive parts of positive outputs as gamma grows', () => {
  const positive = generate(3, 5, (r, c) => Math.abs(x.data[r * 5 + c]!));
  const clipped = generate(7, 5, (r, c) => Math.max(weight.data[r * 5 + c]!, 0));
  const offset: Matrix = { rows: 1, width: 7, data: new Float64Array(7).fill(100) };
  const [found] = linearGamma.relevance(output, [positive], { weight, bias: offset, gamma: 1e9 });
  const [expected] = linear.relevance(output, [positive], { weight: clipped, bias: offset });
  expect(deviation(found!.data, expected!.data)).toBeLessThan(1e-6);
});
