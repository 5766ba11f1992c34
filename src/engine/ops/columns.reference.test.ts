import { expect, test } from 'vitest';
import * as columns from './columns.reference.ts';
import { deviation, differentiate } from './differences.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';

const x = randomMatrix(1, 2, 5);
const output = randomMatrix(2, 2, 2);
const parameters = { first: 1, count: 2 };

test('takes the columns', () => {
  const expected = [...x.data.slice(1, 3), ...x.data.slice(6, 8)];
  expect([...columns.forward([x], parameters).data]).toEqual(expected);
});

test('hands relevance to those columns and nothing to the others', () => {
  const [input] = columns.relevance(output, [x], parameters);
  const [a, b, c, d] = output.data;
  expect([...input!.data]).toEqual([0, a, b, 0, 0, 0, c, d, 0, 0]);
});

test('differentiates as finite differences do', () => {
  const forward = (inputs: readonly [typeof x]) => columns.forward(inputs, parameters);
  const numeric = differentiate(forward, [x] as const, output);
  expect(deviation(columns.derivative(output, [x], parameters)[0]!.data, numeric[0]!.data)).toBeLessThan(1e-9);
});
