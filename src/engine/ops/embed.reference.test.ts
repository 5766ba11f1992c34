import { expect, test } from 'vitest';
import * as embed from './embed.reference.ts';
import { randomMatrix } from './random.test-helper.ts';

test('takes the row of each id', () => {
  const table = randomMatrix(1, 5, 3);
  const ids = { rows: 3, width: 1, data: Float64Array.of(4, 0, 4) };
  const [fourth, first] = [table.data.slice(12), table.data.slice(0, 3)];
  expect([...embed.forward([ids], { table }).data]).toEqual([...fourth, ...first, ...fourth]);
});

test('ends the way back: the rows are the leaf', () => {
  expect(embed.relevance()).toEqual([]);
  expect(embed.derivative()).toEqual([]);
});
