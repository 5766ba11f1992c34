import { expect, it } from 'vitest';
import { fakeImageAnswer } from '../store/testing/fake-image-answer.ts';
import { classList } from './class-list.ts';

const request = {
  image: { width: 2, height: 2, data: new Uint8Array(12) },
  target: null,
  contrast: null,
  scalar: 'logit',
  recipe: 'cp-lrp-gamma',
} as const;
const ids = (target: number | null, contrast: number | null): number[] =>
  classList(fakeImageAnswer({ ...request, target, contrast })).map(({ id }) => id);

it('has the likeliest five, and the explained or subtracted class where it is not one of them', () => {
  expect(ids(null, null)).toEqual([0, 1, 2, 3, 4]);
  expect(ids(5, null)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(ids(1, 5)).toEqual([0, 1, 2, 3, 4, 5]);
});

it('gives every class the probability that its logit stands for', () => {
  const list = classList(fakeImageAnswer({ ...request, target: 5 }));
  expect(list.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
});
