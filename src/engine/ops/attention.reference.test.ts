import { describe, expect, test } from 'vitest';
import { at, total, type Matrix } from '../matrix.ts';
import type { AttentionShape } from '../ops.ts';
import { attnLrp, cpLrp } from '../rules.ts';
import * as attention from './attention.reference.ts';
import { deviation, differentiate } from './differences.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';

const heads = 4;
const headSize = 6;
const shapes: readonly (readonly [name: string, shape: AttentionShape])[] = [
  ['multi-head', { heads, keyValueHeads: 4, headSize, causal: true, window: null }],
  ['grouped', { heads, keyValueHeads: 2, headSize, causal: true, window: null }],
  ['windowed', { heads, keyValueHeads: 2, headSize, causal: true, window: 3 }],
  ['bidirectional', { heads, keyValueHeads: 1, headSize, causal: false, window: null }],
];

describe.each(shapes)('%s attention', (_name, shape) => {
  const rows = 5;
  const q = randomMatrix(1, rows, heads * headSize);
  const k = randomMatrix(2, rows, shape.keyValueHeads * headSize);
  const v = randomMatrix(3, rows, shape.keyValueHeads * headSize);
  const inputs = [q, k, v] as const;
  // As relevance: any numbers; every check below is linear in them.
  const output = randomMatrix(4, rows, heads * headSize);

  test('averages the values when all scores are equal', () => {
    const flat: Matrix = { ...q, data: q.data.map(() => 0) };
    const o = attention.forward([flat, k, v], shape);
    const first = shape.causal ? Math.max(0, rows - (shape.window ?? rows)) : 0;
    let mean = 0;
    for (let j = first; j < rows; j++) mean += at(v, j, 0) / (rows - first);
    expect(at(o, rows - 1, 0)).toBeCloseTo(mean, 14);
  });

  test('with AttnLRP gives half to values, and equal parts to queries and keys', () => {
    const [toQuery, toKey, toValue] = attention.relevance(output, inputs, shape, attnLrp).map(total);
    expect(toValue).toBeCloseTo(total(output) / 2, 11);
    expect(toQuery).toBeCloseTo(toKey!, 11);
  });

  test('with AttnLRP absorbs ½ g·o − Σ s (∂/∂s of ½ g·o), the closed form of the softmax', () => {
    // Scores reach the output through q alone when k is held, so Σ s g_s = Σ q g_q with the ordinary gradient.
    const o = attention.forward(inputs, shape);
    const g: Matrix = { ...output, data: output.data.map((relevance, i) => relevance / o.data[i]!) };
    const [gradientOfQuery] = differentiate((moved) => attention.forward(moved, shape), inputs, g);
    const throughScores = gradientOfQuery!.data.reduce((sum, each, i) => sum + each * q.data[i]!, 0);
    const received = attention.relevance(output, inputs, shape, attnLrp).reduce((sum, each) => sum + total(each), 0);
    const scale = output.data.reduce((sum, value) => sum + Math.abs(value), 0);
    expect(Math.abs(total(output) - received - (total(output) - throughScores) / 2) / scale).toBeLessThan(1e-7);
  });

  test('with CP-LRP gives everything to values', () => {
    const [toQuery, toKey, toValue] = attention.relevance(output, inputs, shape, cpLrp);
    expect(total(toValue!)).toBeCloseTo(total(output), 11);
    expect([...toQuery!.data, ...toKey!.data].every((value) => value === 0)).toBe(true);
  });

  test('differentiates as finite differences do', () => {
    const numeric = differentiate((moved) => attention.forward(moved, shape), inputs, output);
    attention
      .derivative(output, inputs, shape)
      .forEach((matrix, index) => expect(deviation(matrix.data, numeric[index]!.data)).toBeLessThan(1e-9));
  });

  test('carries nothing to keys and values that no explained query sees', () => {
    const only: Matrix = { ...output, data: output.data.map((value, i) => (i < heads * headSize ? value : 0)) };
    const [, toKey, toValue] = attention.relevance(only, inputs, shape, attnLrp);
    const beyond = shape.causal ? 1 : rows;
    for (const matrix of [toKey!, toValue!])
      expect(matrix.data.slice(beyond * matrix.width).every((value) => value === 0)).toBe(true);
  });
});
