import { expect, test } from 'vitest';
import { deviation, differentiate } from './differences.test-helper.ts';
import * as lastRow from './last-row.reference.ts';
import { randomMatrix } from './random.test-helper.ts';

const x = randomMatrix(1, 3, 4);
const output = randomMatrix(2, 1, 4);

test('takes the last row', () => {
  expect(lastRow.forward([x])).toEqual({ rows: 1, width: 4, data: x.data.slice(8) });
});

test('hands relevance to the last row and nothing to the others', () => {
  const [input] = lastRow.relevance(output, [x]);
  expect([...input!.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, ...output.data]);
});

test('differentiates as finite differences do', () => {
  const numeric = differentiate(lastRow.forward, [x] as const, output);
  expect(deviation(lastRow.derivative(output, [x])[0]!.data, numeric[0]!.data)).toBeLessThan(1e-9);
});
