// Sets of bytes as sorted, disjoint, non-adjacent ranges [start, end). Plain data, so that they can be stored.

export type Range = readonly [start: number, end: number];

export function addRange(ranges: readonly Range[], [start, end]: Range): Range[] {
  if (start >= end) return [...ranges];
  const before = ranges.filter((range) => range[1] < start);
  const after = ranges.filter((range) => range[0] > end);
  const touched = ranges.slice(before.length, ranges.length - after.length);
  return [...before, [Math.min(start, touched[0]?.[0] ?? start), Math.max(end, touched.at(-1)?.[1] ?? end)], ...after];
}

/** What of [start, end) is not in the set. */
export function missingFrom(ranges: readonly Range[], [start, end]: Range): Range[] {
  const missing: Range[] = [];
  let at = start;
  for (const [from, to] of ranges) {
    if (to <= at) continue;
    if (from >= end) break;
    if (from > at) missing.push([at, from]);
    at = to;
  }
  if (at < end) missing.push([at, end]);
  return missing;
}

/** The set without what lies at or beyond byte `end`. */
export function clipRanges(ranges: readonly Range[], end: number): Range[] {
  return ranges.flatMap(([from, to]): Range[] => (from < end ? [[from, Math.min(to, end)]] : []));
}

export function sizeOfRanges(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** Bytes from 0 on that are all in the set. */
export function prefixOf(ranges: readonly Range[]): number {
  const first = ranges[0];
  return first?.[0] === 0 ? first[1] : 0;
}
