import { expect, it } from 'vitest';
import { inWords, usualBudget } from './memory-budget.ts';

it('assumes memory by the largest buffer that is offered, within bounds', () => {
  expect(usualBudget({ maxBufferSize: 2 ** 28 }).bytes).toBe(1e9);
  expect(usualBudget({ maxBufferSize: 2 ** 30 }).bytes).toBe(2.1e9);
  expect(usualBudget({ maxBufferSize: 2 ** 31 }).bytes).toBe(4e9);
  expect(usualBudget({ maxBufferSize: 2 ** 40 }).bytes).toBe(4e9);
});

it('says where the number comes from', () => {
  expect(usualBudget({ maxBufferSize: 2 ** 30 }).reason).toBe(
    'Browsers do not tell how much memory a GPU has; 2.1 GB are assumed. Set what yours has to spare.',
  );
});

it.each([
  [1.25e6, '1.3 MB'],
  [9.96e6, '10 MB'],
  [269_800_000, '270 MB'],
  [999.6e6, '1 GB'],
  [2_471_763_968, '2.5 GB'],
])('writes %d bytes as people say it', (bytes, words) => expect(inWords(bytes)).toBe(words));
