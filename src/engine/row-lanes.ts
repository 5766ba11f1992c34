// How many lanes of a workgroup walk rows of a matrix together where one row of x is multiplied: what is fastest depends on
// the GPU and on the shape, so it is measured when a model is loaded (tune-one-row.ts).

/** Of a matrix, or of a shard of it. */
interface Kind {
  readonly rows: number;
  readonly layout: { readonly name: string };
}

/** Lanes of a workgroup of the one-row kernels (linear.wgsl). */
export const workgroupLanes = 64;
export const rowLanesChoices = [8, 16, 32, 64] as const;
export type RowLanes = (typeof rowLanesChoices)[number];

export class ChosenRowLanes {
  private readonly chosen = new Map<string, RowLanes>();
  /** The same by shard: decoding asks at every dispatch. */
  private known = new WeakMap<Kind, RowLanes>();

  /** Eight, unless measured. */
  of(shard: Kind, columns: number): RowLanes {
    let lanes = this.known.get(shard);
    if (lanes === undefined) this.known.set(shard, (lanes = this.chosen.get(keyOf(shard, columns)) ?? 8));
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
