import { describe, expect, it } from 'vitest';
import type { Ledger } from '../session/session.ts';
import { ledgerRemark, ledgerRows, strongest } from './ranking.ts';

const tokens = [1, -4, 0, 3, -2].map((relevance) => ({ relevance, share: 0, rank: 0, strength: 0, excluded: false }));
const ledger: Ledger = { score: 10, inputs: 6, softmax: 3, biases: 1, router: null, residue: 1e-6 };

describe('the ranking', () => {
  it('lists supporting and opposing tokens, the strongest first, and never a zero', () => {
    expect(strongest(tokens, 1).map(({ index }) => index)).toEqual([3, 0]);
    expect(strongest(tokens, -1).map(({ index }) => index)).toEqual([1, 4]);
    expect(strongest(tokens, -1, 1)).toHaveLength(1);
  });
});

describe('the ledger', () => {
  it('shows only the entries that are kept', () => {
    const entries = (router: number | null): string[] => ledgerRows({ ...ledger, router }).map(({ entry }) => entry);
    expect(entries(null)).toEqual(['inputs', 'softmax', 'biases', 'residue']);
    expect(entries(0)).toEqual(entries(null));
    expect(entries(-1)).toContain('router');
  });

  it('is silent while it closes and speaks up when it does not', () => {
    expect(ledgerRemark(ledger)).toBeNull();
    expect(ledgerRemark({ ...ledger, residue: -0.1 })).toContain('1.0 % of the largest entry');
    expect(ledgerRemark({ ...ledger, residue: 0.00101 })).not.toBeNull();
  });

  it('says when a method keeps none', () => {
    expect(ledgerRemark({ ...ledger, residue: null })).toContain('keeps no ledger');
  });
});
