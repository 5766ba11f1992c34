// The candidates to show: the likeliest ten, and below them the explained or written token where it is not among them.
import type { Candidate, Explanation } from '../session/session.ts';

/** A softmax is known from any one of its members: p = p₀ · exp(logit − logit₀). */
export const probabilityOf = (logit: number, known: { readonly logit: number; readonly probability: number }): number =>
  known.probability * Math.exp(logit - known.logit);

export function candidateList({ candidates, target, contrast }: Explanation, written: number | undefined): Candidate[] {
  const [known] = candidates;
  const listed = (id: number): boolean => candidates.some((candidate) => candidate.id === id);
  const further = known && !listed(target.id) ? [target] : [];
  const other = known && contrast && !listed(contrast.id) && contrast.id === written ? [contrast] : [];
  return [
    ...candidates,
    ...[...further, ...other].map(({ id, text, logit }) => ({
      id,
      text,
      logit,
      probability: probabilityOf(logit, known!),
    })),
  ];
}
