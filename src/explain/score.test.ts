import { expect, test } from 'vitest';
import { likeliest, scoreOf, scoreValue } from './score.ts';

const logits = Float32Array.of(0.5, -2, 3, 3, -1e30, 1);

test('scores the logit of a token', () => {
  const score = scoreOf(2, null, 'logit');
  expect(score).toEqual({ ids: [2], coefficients: [1], shift: 0 });
  expect(scoreValue(score, logits)).toBe(3);
});

test('takes the mean of all logits off a centred logit', () => {
  const score = scoreOf(1, null, 'centred-logit');
  expect(score).toEqual({ ids: [1], coefficients: [1], shift: -1 });
  expect(scoreValue(score, Float32Array.of(1, 2, 6))).toBe(2 - 3);
});

test('scores a contrast as a difference, in which the mean cancels', () => {
  const score = scoreOf(2, 1, 'logit');
  expect(score).toEqual({ ids: [2, 1], coefficients: [1, -1], shift: 0 });
  expect(scoreOf(2, 1, 'centred-logit')).toEqual(score);
  expect(scoreValue(score, logits)).toBe(5);
  expect(scoreValue(scoreOf(2, 2, 'logit'), logits)).toBe(0);
});

test('ranks tokens by their logits, equal ones by their ids', () => {
  expect(likeliest(logits, 4).map(({ id }) => id)).toEqual([2, 3, 5, 0]);
  expect(likeliest(Float32Array.of(1, 1, 1, 1), 2).map(({ id }) => id)).toEqual([0, 1]);
  expect(likeliest(Float32Array.of(1, 5, 5, 5, 2), 3).map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('ranks as sorting would', () => {
  const many = Float32Array.from({ length: 500 }, (_, id) => Math.round(40 * Math.sin(id * id)) / 10);
  const sorted = Array.from(many.keys()).toSorted((a, b) => many[b]! - many[a]! || a - b);
  expect(likeliest(many, 25).map(({ id }) => id)).toEqual(sorted.slice(0, 25));
});

test('gives every token there is where fewer are left than asked for', () => {
  expect(likeliest(Float32Array.of(1, 2), 10).map(({ id }) => id)).toEqual([1, 0]);
});

test('gives probabilities over the whole vocabulary, for logits of any size', () => {
  const ranked = likeliest(logits, 6);
  const total = 2 * Math.exp(3) + Math.exp(1) + Math.exp(0.5) + Math.exp(-2);
  expect(ranked[0]!.probability).toBeCloseTo(Math.exp(3) / total, 12);
  expect(ranked.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  expect(ranked.at(-1)).toEqual({ id: 4, logit: Math.fround(-1e30), probability: 0 });
  const [first, second] = likeliest(Float32Array.of(3e38, 0), 2);
  expect([first!.probability, second!.probability]).toEqual([1, 0]);
});
