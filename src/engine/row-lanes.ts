// How one row of x is multiplied on a GPU: what is fastest depends on the GPU and on the shape, so it is measured when a model
// is loaded (tune-one-row.ts), once for a device.
import type { Lanes } from './lanes.ts';

/** Of a matrix, or of a shard of it. */
interface Kind {
  readonly rows: number;
  readonly layout: { readonly name: string };
}

export interface RowLanes {
  /** Lanes of a workgroup that walk rows of W together (linear-one-row.wgsl). */
  readonly count: number;
  /** Neighbours of these that add up by shuffles within a subgroup; 1: all through workgroup memory. */
  readonly shuffled: number;
}

/** Lanes of a workgroup of the one-row kernels. */
export const workgroupLanes = 64;
const counts = [8, 16, 32, 64];
const usual: RowLanes = { count: 8, shuffled: 1 };

export class ChosenRowLanes {
  /** The first needs no measurement. */
  readonly choices: readonly [RowLanes, ...RowLanes[]];
  private readonly chosen = new Map<string, RowLanes>();
  /** The same by shard: decoding asks at every dispatch. */
  private known = new WeakMap<Kind, RowLanes>();

  constructor({ shuffles }: Lanes) {
    const choicesOf = (way: number) => counts.map((count) => ({ count, shuffled: Math.min(way, count) }));
    this.choices = [usual, ...choicesOf(1).slice(1), ...(shuffles > 1 ? choicesOf(shuffles) : [])];
  }

  of(shard: Kind, columns: number): RowLanes {
    let lanes = this.known.get(shard);
    if (lanes === undefined) {
      lanes = this.chosen.get(keyOf(shard, columns)) ?? this.choices[0];
      this.known.set(shard, lanes);
    }
    return lanes;
  }

  has(shard: Kind, columns: number): boolean {
    return this.chosen.has(keyOf(shard, columns));
  }

  set(shard: Kind, columns: number, lanes: RowLanes): void {
    this.chosen.set(keyOf(shard, columns), lanes);
    this.known = new WeakMap();
  }

  forget(shard: Kind, columns: number): void {
    this.chosen.delete(keyOf(shard, columns));
    this.known = new WeakMap();
  }
}

/** What a measurement holds for: matrices stored alike, of one shape. */
export const keyOf = ({ layout, rows }: Kind, columns: number): string => `${layout.name}, ${rows} x ${columns}`;
