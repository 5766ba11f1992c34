import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatLogits, formatNumber, formatPace, formatPercent, formatSigned, quote } from './format.ts'; // prettier-ignore

describe('numbers', () => {
  it.each([
    [0, '0'],
    [18.3456, '18.3'],
    [1.005, '1.00'],
    [0.8312, '0.83'],
    [-0.00412, '−0.0041'],
    [-1234.5, '−1\u202f235'],
    [0.0000123, '1.2e−5'],
    [-0.00002, '−2.0e−5'],
    [NaN, 'not a number'],
  ])('%d is %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it('carry their sign and unit where they are relevances', () => {
    expect([formatSigned(0.5), formatSigned(-0.5), formatSigned(0)]).toEqual(['+0.50', '−0.50', '0']);
    expect(formatLogits(-2.5)).toBe('−2.50 logits');
  });

  it('are percentages with enough digits to tell small ones apart', () => {
    expect([0, 0.00001, 0.0412, 0.741, 0.9999, 1].map(formatPercent)).toEqual([
      '0 %',
      '<0.01 %',
      '4.12 %',
      '74.1 %',
      '100 %',
      '100 %',
    ]);
  });

  it('count parameters and bytes in steps of a thousand', () => {
    expect([12, 2_130_000, 8_030_000_000].map(formatCount)).toEqual(['12', '2.13 M', '8.03 B']);
    expect([12, 3_020_000, 8_030_000_000].map(formatBytes)).toEqual(['12 B', '3.02 MB', '8.03 GB']);
  });

  it('show a pace, or that there is none', () => {
    expect(formatPace({ tokens: 84, seconds: 2 })).toBe('42.0');
    expect([formatPace(null), formatPace({ tokens: 0, seconds: 1 })]).toEqual(['–', '–']);
  });
});

describe('tokens in quotes', () => {
  it('show their white space', () => expect(quote(' a\n\tb')).toBe('“ a⏎⇥b”'));
});
