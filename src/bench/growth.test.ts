import { expect, test } from 'vitest';
import { describeGrowth } from './describe-sweeps.ts';
import { isLinear, type Growth } from './growth.ts';

const growthBy = (bytes: (tokens: number) => number): Growth[] => {
  const lengths = [128, 256, 512, 1024];
  return lengths.map((tokens, index) => {
    const shorter = lengths[index - 1];
    const bytesPerToken = shorter === undefined ? null : (bytes(tokens) - bytes(shorter)) / (tokens - shorter);
    const cost = { seconds: tokens / 100, peakBytes: bytes(tokens), bytesPerToken };
    return { tokens, checkpoints: cost, keepAll: cost };
  });
};

test('calls memory linear that grows by as much for every token, whatever it starts from', () => {
  const growth = growthBy((tokens) => 5e6 + 1000 * tokens);
  expect(isLinear(growth)).toBe(true);
  expect(describeGrowth(growth).at(-1)).toBe('Memory grows in proportion to the text.');
});

test('does not call memory linear of which a part is tokens × tokens', () => {
  const growth = growthBy((tokens) => 1000 * tokens + tokens ** 2);
  expect(isLinear(growth)).toBe(false);
  expect(describeGrowth(growth).at(-1)).toMatch(/faster than the text/);
});
