import { expect, test } from 'vitest';
import { describe } from './describe.ts';
import { explanation } from './fake-context.test-helper.ts';
import { paint, scaleOf } from './heat.ts';

const escape = '\u001B[';

test('shows signed numbers where there is no colour', () => {
  const text = describe(explanation, 1);
  expect(text).not.toContain(escape);
  expect(text).toContain('    0           +3  "Go"\n    1           −1  " not"');
  expect(text).toContain('Explained: the logit of " on" (id 3) = 2.5, after 2 tokens, by AttnLRP.');
  expect(text).toContain('Ledger: score 2.5 = inputs 2 + softmax 0.5 + biases 0 + residue 0.');
});

test('names the contrast and the centring', () => {
  const contrast = { id: 4, text: null, logit: 1 };
  const text = describe({ ...explanation, contrast, scalar: 'centred-logit' }, 1);
  expect(text).toContain('less the mean of all logits, minus that of token 4 = 2.5');
});

test('shows coloured text with a legend', () => {
  const text = describe(explanation, 24);
  expect(text).toContain(`${escape}48;2;202;0;32;38;2;255;255;255mGo${escape}0m`);
  expect(text).toContain('Red: the token raises the score. Blue: it lowers it.');
});

test('paints zero white and both signs on one scale', () => {
  expect(paint('a', 0, 24)).toBe(`${escape}48;2;255;255;255;38;2;0;0;0ma${escape}0m`);
  expect(paint('a', -7, 24)).toBe(paint('a', -1, 24));
  expect(paint('a', 1, 8)).toBe(`${escape}48;5;161;38;5;231ma${escape}0m`);
});

test('paints no line end', () => {
  expect(paint('a\n', 0, 8)).toBe(`${escape}48;5;231;38;5;16ma${escape}0m\n`);
});

test('takes the 99th percentile of the magnitudes as full colour, and never zero', () => {
  expect(scaleOf([1, -2, 3])).toBeCloseTo(2.98);
  expect(scaleOf([0, 0])).toBeGreaterThan(0);
  expect(scaleOf([])).toBeGreaterThan(0);
});
