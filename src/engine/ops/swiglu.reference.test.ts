import { expect, test } from 'vitest';
import { total, type Matrix } from '../matrix.ts';
import { attnLrp, cpLrp } from '../rules.ts';
import { deviation, differentiate } from './differences.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import * as swiglu from './swiglu.reference.ts';

const gate = randomMatrix(1, 3, 5);
const up = randomMatrix(2, 3, 5);
const output = randomMatrix(3, 3, 5);

test('multiplies up by gate · σ(gate)', () => {
  const row = (...data: number[]): Matrix => ({ rows: 1, width: data.length, data: Float64Array.from(data) });
  const y = swiglu.forward([row(0, Math.log(3), -1000), row(5, 4, 2)]);
  expect(deviation(y.data, [0, 3 * Math.log(3), 0])).toBeLessThan(1e-15);
});

test('with AttnLRP splits relevance evenly', () => {
  const [toGate, toUp] = swiglu.relevance(output, [gate, up], {}, attnLrp);
  expect(toGate).toEqual(toUp);
  expect(total(toGate!) + total(toUp!)).toBeCloseTo(total(output), 14);
});

test('with CP-LRP gives everything to up', () => {
  const [toGate, toUp] = swiglu.relevance(output, [gate, up], {}, cpLrp);
  expect(toUp!.data).toEqual(output.data);
  expect(toGate!.data.every((value) => value === 0)).toBe(true);
});

test('differentiates as finite differences do', () => {
  const numeric = differentiate(swiglu.forward, [gate, up] as const, output);
  swiglu
    .derivative(output, [gate, up])
    .forEach((matrix, index) => expect(deviation(matrix.data, numeric[index]!.data)).toBeLessThan(1e-9));
});

test('has a finite derivative far from 0', () => {
  const far: Matrix = { rows: 1, width: 2, data: Float64Array.of(-2000, 2000) };
  const ones: Matrix = { rows: 1, width: 2, data: Float64Array.of(1, 1) };
  expect([...swiglu.derivative(ones, [far, ones])[0]!.data]).toEqual([0, 1].map((value) => expect.closeTo(value, 15)));
});
