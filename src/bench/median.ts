// The measure of all timings here: medians shrug at a run that something else on the machine disturbed.

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
