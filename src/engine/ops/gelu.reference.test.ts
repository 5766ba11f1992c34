import { describe, expect, test } from 'vitest';
import type { Matrix } from '../matrix.ts';
import { deviation, differentiate } from './differences.test-helper.ts';
import * as gelu from './gelu.reference.ts';
import { randomMatrix } from './random.test-helper.ts';

const x = randomMatrix(1, 3, 5);
const output = randomMatrix(2, 3, 5);

test('knows the error function', () => {
  // Abramowitz and Stegun, table 7.1.
  const tabulated = [
    0.1124629160182849, 0.5204998778130465, 0.8427007929497149, 0.9953222650189527, 0.9999779095030014,
  ];
  expect(deviation([0.1, 0.5, 1, 2, 3].map(gelu.erf), tabulated)).toBeLessThan(1e-15);
  expect([gelu.erf(-1), gelu.erf(0), gelu.erf(40)]).toEqual([-gelu.erf(1), 0, 1]);
});

describe.each(['erf', 'tanh'] as const)('%s-GELU', (kind) => {
  test('is 0 far below 0 and the input far above', () => {
    const far: Matrix = { rows: 1, width: 3, data: Float64Array.of(-100, 0, 100) };
    expect([...gelu.forward([far], { kind }).data]).toEqual([-0, 0, 100]);
  });

  test('differentiates as finite differences do', () => {
    const numeric = differentiate((inputs) => gelu.forward(inputs, { kind }), [x] as const, output);
    expect(deviation(gelu.derivative(output, [x], { kind })[0]!.data, numeric[0]!.data)).toBeLessThan(1e-9);
  });
});

test('the approximation stays close', () => {
  const [exact, near] = [gelu.forward([x], { kind: 'erf' }), gelu.forward([x], { kind: 'tanh' })];
  const difference = deviation(near.data, exact.data);
  expect(difference).toBeLessThan(1e-3);
  expect(difference).toBeGreaterThan(0);
});

test('hands every relevance on unchanged', () => {
  expect(gelu.relevance(output)).toEqual([output]);
});
