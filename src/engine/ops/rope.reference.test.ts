import { expect, test } from 'vitest';
import { at, rowTotals } from '../matrix.ts';
import { deviation, differentiate } from './differences.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import * as rope from './rope.reference.ts';

const rotation = { headSize: 6, inverseFrequencies: Float64Array.of(1, 0.3, 0.02) };
const x = randomMatrix(1, 5, 12);
const output = randomMatrix(2, 5, 12);

test('turns columns i and i + half of each head by row · frequency', () => {
  const y = rope.forward([x], rotation);
  const angle = 4 * 0.3;
  const [low, high] = [at(x, 4, 7), at(x, 4, 10)];
  expect(at(y, 4, 7)).toBeCloseTo(low * Math.cos(angle) - high * Math.sin(angle), 14);
  expect(at(y, 4, 10)).toBeCloseTo(high * Math.cos(angle) + low * Math.sin(angle), 14);
});

test('leaves the first row as it is', () => {
  expect(rope.forward([x], rotation).data.slice(0, 12)).toEqual(x.data.slice(0, 12));
});

test('hands on all relevance of each row', () => {
  const [input] = rope.relevance(output, [x], rotation);
  expect(deviation(rowTotals(input!), rowTotals(output))).toBeLessThan(1e-12);
});

test('differentiates as finite differences do', () => {
  const numeric = differentiate((inputs) => rope.forward(inputs, rotation), [x] as const, output);
  expect(deviation(rope.derivative(output, [x], rotation)[0]!.data, numeric[0]!.data)).toBeLessThan(1e-9);
});
