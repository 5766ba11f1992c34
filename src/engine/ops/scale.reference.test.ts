import { expect, test } from 'vitest';
import { deviation, differentiate } from './differences.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import * as scale from './scale.reference.ts';

const x = randomMatrix(1, 2, 3);
const output = randomMatrix(2, 2, 3);

test('multiplies every entry', () => {
  expect(scale.forward([x], { factor: 0.5 }).data).toEqual(x.data.map((value) => value / 2));
});

test('hands every relevance on unchanged', () => {
  expect(scale.relevance(output)).toEqual([output]);
});

test('differentiates as finite differences do', () => {
  const numeric = differentiate((inputs) => scale.forward(inputs, { factor: 3 }), [x] as const, output);
  expect(deviation(scale.derivative(output, [x], { factor: 3 })[0]!.data, numeric[0]!.data)).toBeLessThan(1e-9);
});
