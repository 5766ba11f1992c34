// The same explanation as lists: what supports and what opposes most, and where the score stands in the ledger.
import type { ImageLedger, Ledger } from '../session/session.ts';
import type { PlacedRelevance } from '../store/relevance-map.ts';

export interface Ranked {
  readonly index: number;
  readonly relevance: number;
  readonly share: number;
}

export function strongest(tokens: readonly PlacedRelevance[], sign: 1 | -1, count = 10): Ranked[] {
  return tokens
    .map(({ relevance, share }, index) => ({ index, relevance, share }))
    .filter(({ relevance }) => relevance * sign > 0)
    .toSorted((a, b) => sign * (b.relevance - a.relevance))
    .slice(0, count);
}

/** Of a text or of an image. */
export type AnyLedger = Ledger | ImageLedger;
export type LedgerEntry = Exclude<keyof Ledger | keyof ImageLedger, 'score'>;

export interface LedgerRow {
  readonly entry: LedgerEntry;
  readonly value: number;
  readonly meaning: string;
}

const meanings: readonly (readonly [LedgerEntry, string])[] = [
  ['inputs', 'sum over the tokens'],
  ['softmax', 'kept by attention weights'],
  ['biases', 'kept by bias terms'],
  ['router', 'kept by the choice of experts'],
  ['positions', 'kept by where patches are'],
  ['cls', 'kept by the class token'],
  ['residue', 'rounding, near zero'],
];

/** Only what the method keeps books about; a model without experts has no router to speak of. */
export const ledgerRows = (ledger: AnyLedger): LedgerRow[] =>
  meanings.flatMap(([entry, meaning]) => {
    const value = (ledger as Partial<Record<LedgerEntry, number | null>>)[entry] ?? null;
    if (value === null || (entry === 'router' && value === 0)) return [];
    return [{ entry, value, meaning: entry === 'inputs' && 'cls' in ledger ? 'sum over the patches' : meaning }];
  });

/** A sentence where the books do not close or are not kept. */
export function ledgerRemark(ledger: AnyLedger): string | null {
  if (ledger.residue === null) return 'This method keeps no ledger: its values need not add up to the score.';
  const largest = Math.max(...ledgerRows(ledger).map(({ value }) => Math.abs(value)), Math.abs(ledger.score));
  const part = Math.abs(ledger.residue) / largest;
  if (part <= 1e-4) return null;
  return `The books do not close: ${(part * 100).toPrecision(2)} % of the largest entry is unaccounted for. The numbers of this device do not add up.`;
}
