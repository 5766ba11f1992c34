// How much of a product of matrices a workgroup takes: the one table of tiles, for both directions.
import type { Lanes } from './lanes.ts';

export type Direction = 'forward' | 'relevance';

export interface Tile {
  readonly name: string;
  readonly tokens: number;
  /** Of y on the way forward, of g_x on the way back. */
  readonly columns: Readonly<Record<Direction, number>>;
  /** Slabs in workgroup memory, as linear-tiled.wgsl has them; null: each lane for itself, or its subgroup (linear.wgsl). */
  readonly slab: { readonly tokenFours: number; readonly columnFours: number; readonly depth: number } | null;
}

/** As linear.wgsl states: two blocks of tokens, a lane 4 columns of y or the 8 of an octet of W. */
const inRegisters = ({ tokens, count }: Lanes): Tile => ({
  name: 'registers',
  tokens: 2 * tokens,
  columns: { forward: 4 * count, relevance: 8 * count },
  slab: null,
});

const inWorkgroup = (tokenFours: number, columnFours: number, depth: number): Tile => ({
  name: `${32 * tokenFours} × ${32 * columnFours} × ${4 * depth}`,
  tokens: 32 * tokenFours,
  columns: { forward: 32 * columnFours, relevance: 32 * columnFours },
  slab: { tokenFours, columnFours, depth },
});

/** Each fits 16 KiB of workgroup memory, which is what WebGPU guarantees. */
const slabs = [inWorkgroup(1, 1, 8), inWorkgroup(1, 2, 8), inWorkgroup(2, 1, 8), inWorkgroup(2, 2, 4)];

/** On a processor workgroup memory and its barriers cost more than they save: 2.4 times the time with lavapipe. */
export const tileChoices = (lanes: Lanes): readonly [Tile, ...Tile[]] =>
  lanes.coalesce ? [inRegisters(lanes), ...slabs] : [inRegisters(lanes)];
