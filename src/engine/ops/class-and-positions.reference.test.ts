import { describe, expect, test } from 'vitest';
import { total, type Matrix } from '../matrix.ts';
import * as classAndPositions from './class-and-positions.reference.ts';
import { deviation, differentiate } from './differences.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';

const column = (...data: number[]): Matrix => ({ rows: data.length, width: 1, data: Float64Array.from(data) });

test('puts the class tokens on top and adds the positions', () => {
  const inputs = [column(1, 2), column(5), column(10, 20, 30)] as const;
  expect([...classAndPositions.forward(inputs).data]).toEqual([15, 21, 32]);
});

test('gives each summand its part', () => {
  const inputs = [column(1, 2), column(5), column(5, 3, 2)] as const;
  const received = classAndPositions.relevance(column(8, 8, 8), inputs);
  expect(received.map(({ data }) => [...data])).toEqual([[2, 4], [4], [4, 6, 4]]);
});

describe.each([0, 1, 2])('with %i class tokens', (tokens) => {
  const inputs = [randomMatrix(1, 4, 3), randomMatrix(2, tokens, 3), randomMatrix(3, 4 + tokens, 3)] as const;
  const output = randomMatrix(4, 4 + tokens, 3);

  test('loses no relevance', () => {
    const received = classAndPositions.relevance(output, inputs).map(total);
    expect(received.reduce((a, b) => a + b)).toBeCloseTo(total(output), 11);
  });

  test('differentiates as finite differences do', () => {
    const numeric = differentiate(classAndPositions.forward, inputs, output);
    classAndPositions
      .derivative(output, inputs)
      .forEach((matrix, index) => expect(deviation(matrix.data, numeric[index]!.data)).toBeLessThan(1e-9));
  });
});
