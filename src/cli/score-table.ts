// The table that `localise` prints, ready for a model's card.
import type { Score } from '../evaluate/localise.ts';

export function describeScores(heading: string, rows: readonly (readonly [name: string, score: Score])[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const lines = rows.map(
    ([name, { items, top1, mass }]) => `| ${name} | ${items} | ${percent(top1)} | ${percent(mass)} |`,
  );
  return [`| ${heading} | items | top-1 | mass |`, '| --- | --- | --- | --- |', ...lines, ''].join('\n');
}
