// The ways in which a GPU can multiply one row of x (linear-one-row.wgsl).
import type { Lanes } from './lanes.ts';

export interface RowLanes {
  readonly name: string;
  /** Lanes of a workgroup that walk rows of W together. */
  readonly count: number;
  /** Neighbours of these that add up by shuffles within a subgroup; 1: all through workgroup memory. */
  readonly shuffled: number;
}

/** Lanes of a workgroup of the one-row kernels. */
export const workgroupLanes = 64;
const counts = [8, 16, 32, 64];

/** The first needs neither subgroups nor a measurement. */
export function rowLaneChoices({ shuffles }: Lanes): readonly [RowLanes, ...RowLanes[]] {
  const choice = (count: number, shuffled: number): RowLanes => ({
    name: shuffled === 1 ? `${count} lanes` : `${count} lanes, ${shuffled} of a subgroup`,
    count,
    shuffled,
  });
  const inSubgroups = shuffles > 1 ? counts.map((count) => choice(count, Math.min(shuffles, count))) : [];
  return [choice(counts[0]!, 1), ...counts.slice(1).map((count) => choice(count, 1)), ...inSubgroups];
}
