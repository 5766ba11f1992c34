import { expect, test } from 'vitest';
import { inDigits, table } from './table.ts';

test('writes Markdown that reads well as text, with numbers on the right', () => {
  const rows = [
    ['linear', '1.5', '12.0 %'],
    ['add', '10', '–'],
  ];
  expect(table(['kernel', 'ms', 'share'], rows)).toEqual([
    '| kernel |  ms |  share |',
    '| ------ | --: | -----: |',
    '| linear | 1.5 | 12.0 % |',
    '| add    |  10 |      – |',
  ]);
});

test('keeps three digits of a number', () => {
  expect([1234.5, 12.345, 1.2345, 0.012345, 0].map(inDigits)).toEqual(['1235', '12.3', '1.23', '0.0123', '0']);
});
