// Runs several kinds of work by turns: what else goes on on the machine slows neighbours alike, so ratios are medians over
// rounds, not ratios of medians.
import { median } from './median.ts';

/** One list of results for each kind of work. The first round compiles kernels and fills pools, and does not count. */
export async function takeTurns<Result>(
  works: readonly (() => Promise<Result>)[],
  rounds: number,
): Promise<readonly (readonly Result[])[]> {
  const results: Result[][] = works.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, work] of works.entries()) {
      const result = await work();
      if (round > 0) results[index]!.push(result);
    }
  }
  return results;
}

export function medianRatio(
  of: readonly { readonly seconds: number }[],
  to: readonly { readonly seconds: number }[],
): number {
  return median(of.map(({ seconds }, round) => seconds / to[round]!.seconds));
}
