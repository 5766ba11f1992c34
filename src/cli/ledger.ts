// The rules conserve relevance: a ledger that does not close shows a defect, of this device or of ours.
import { AppError } from '../errors.ts';

/** Entries of a ledger, among them residue; null where a method has none. */
type Entries = { readonly residue: number | null } & Readonly<Record<string, number | null>>;

/** @throws NumericalError where the residue is more than 1e-4 of the largest entry, or no number. */
export function requireClosed({ residue, ...entries }: Entries): void {
  if (residue === null) return;
  const largest = Math.max(...Object.values(entries).map((value) => Math.abs(value ?? 0)));
  if (Math.abs(residue) <= 1e-4 * largest) return;
  throw new AppError(
    'NumericalError',
    `The ledger does not close: a residue of ${residue} is more than 1e-4 of its largest entry. The relevances above are not to be trusted.`,
  );
}
