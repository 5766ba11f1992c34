import { expect, test } from 'vitest';
import { deviation, differentiate } from './differences.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import * as row from './row.reference.ts';

const x = randomMatrix(1, 3, 4);
const output = randomMatrix(2, 1, 4);
const parameters = { row: 1 };

test('takes the row', () => {
  expect(row.forward([x], parameters)).toEqual({ rows: 1, width: 4, data: x.data.slice(4, 8) });
});

test('hands relevance to that row and nothing to the others', () => {
  const [input] = row.relevance(output, [x], parameters);
  expect([...input!.data]).toEqual([0, 0, 0, 0, ...output.data, 0, 0, 0, 0]);
});

test('differentiates as finite differences do', () => {
  const numeric = differentiate((inputs: readonly [typeof x]) => row.forward(inputs, parameters), [x] as const, output);
  expect(deviation(row.derivative(output, [x], parameters)[0]!.data, numeric[0]!.data)).toBeLessThan(1e-9);
});
