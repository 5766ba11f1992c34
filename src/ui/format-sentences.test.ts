import { expect, it } from 'vitest';
import type { FormatPlan, ModelPlan } from '../session/session.ts';
import { formatName, formatSentence, proposedFormat, worthChoosing } from './format-sentences.ts';

const stored: FormatPlan = { quantize: 'none', format: 'BF16', weightBytes: 2.47e9, fits: false, explainable: null };
const int4: FormatPlan = { ...stored, quantize: 'int4', format: 'int4 (group 32)', weightBytes: 0.9e9, fits: true, explainable: 'About 400 tokens.' }; // prettier-ignore
const plan = (...formats: readonly FormatPlan[]): ModelPlan => ({ name: 'm', kind: 'language', formats, advice: null });

it('names formats, with what they take and what they allow', () => {
  expect([stored, int4].map(formatName)).toEqual(['As stored (BF16)', 'int4']);
  expect(formatSentence(stored)).toBe('2.47 GB on the GPU. Does not fit.');
  expect(formatSentence(int4)).toBe('900 MB on the GPU. About 400 tokens.');
  expect(formatSentence({ ...int4, explainable: null })).toBe('900 MB on the GPU.');
});

it('proposes the format before, or what fits', () => {
  const fitting = { ...stored, fits: true };
  expect(proposedFormat(plan(stored, int4))).toBe('int4');
  expect(proposedFormat(plan(fitting, int4))).toBe('none');
  expect(proposedFormat(plan(fitting, int4), 'int4')).toBe('int4');
  expect(proposedFormat(plan(stored))).toBe('none');
});

it('asks about large models and those that do not fit, where there is a choice', () => {
  expect(worthChoosing(plan(stored, int4))).toBe(true);
  expect(worthChoosing(plan({ ...stored, fits: true }, int4))).toBe(true);
  expect(worthChoosing(plan({ ...stored, fits: true, weightBytes: 4e6 }, int4))).toBe(false);
  expect(worthChoosing(plan(stored))).toBe(false);
});
