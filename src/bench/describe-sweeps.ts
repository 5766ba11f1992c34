// The tables of --growth and --kernels, in Markdown.
import { isLinear, type Growth, type GrowthCost } from './growth.ts';
import type { KernelResult } from './kernels/contest.ts';
import { inDigits, inMegabytes, inMilliseconds, table } from './table.ts';

export function describeGrowth(growth: readonly Growth[]): string[] {
  const cells = ({ seconds, peakBytes, bytesPerToken }: GrowthCost): string[] => [
    inMegabytes(peakBytes),
    bytesPerToken === null ? '–' : inDigits(bytesPerToken / 1e3),
    inDigits(seconds),
  ];
  const rows = growth.map(({ tokens, checkpoints, keepAll }) => [
    String(tokens),
    ...cells(checkpoints),
    ...cells(keepAll),
  ]);
  const titles = ['MB', 'KB a token more', 'seconds'];
  const header = ['checkpoints', 'keep all'].flatMap((mode) => titles.map((title) => `${mode}: ${title}`));
  return [
    ...table(['tokens', ...header], rows),
    '',
    isLinear(growth)
      ? 'Memory grows in proportion to the text.'
      : 'Memory grows faster than the text: it should grow in proportion.',
  ];
}

export function describeSweep(results: readonly KernelResult[]): string[] {
  const rows = results.map(({ seconds, naiveSeconds, ratio, operationsPerSecond, bytesPerSecond, ...result }) => [
    result.kernel,
    result.shape,
    String(result.tokens),
    inMilliseconds(seconds),
    inMilliseconds(naiveSeconds),
    inDigits(ratio),
    inDigits(operationsPerSecond / 1e9),
    inDigits(bytesPerSecond / 1e9),
    result.agrees ? result.deviation.toExponential(0) : `${result.deviation.toExponential(0)}, differs`,
  ]);
  const header = ['kernel', 'shape', 'tokens', 'ms', 'naive ms', 'naive / ours', 'GFLOP/s', 'GB/s', 'deviation'];
  const differing = results.filter(({ agrees }) => !agrees).length;
  return [
    ...table(header, rows),
    '',
    ...relevanceCosts(results),
    differing === 0
      ? 'All kernels agree with their plain versions.'
      : `${differing} kernels differ from their plain versions.`,
  ];
}

/** How much more attention's relevance takes than attention itself. */
function relevanceCosts(results: readonly KernelResult[]): string[] {
  const forwards = results.filter(({ kernel }) => kernel === 'attention forward');
  return forwards.flatMap((forward) => {
    const back = results.find((each) => each.kernel === 'attention relevance' && each.tokens === forward.tokens);
    if (!back) return [];
    const ratio = (back.seconds / forward.seconds).toFixed(2);
    return [`Attention relevance at ${forward.tokens} tokens takes ${ratio} times attention forward.`];
  });
}
