// Of several ways to multiply, the one for each kind of matrix: what is fastest depends on the GPU and on the shape, so it is
// measured when a model is loaded (tune.ts), once for a device.

/** Of a matrix, or of a shard of it. */
export interface Kind {
  readonly rows: number;
  readonly layout: { readonly name: string };
}

/** What a measurement holds for: matrices stored alike, of one shape. */
export const keyOf = ({ layout, rows }: Kind, columns: number): string => `${layout.name}, ${rows} x ${columns}`;

interface Named {
  readonly name: string;
}

export class Chosen<Choice extends Named> {
  private readonly chosen = new Map<string, Choice>();
  /** The same by shard: decoding asks at every dispatch. */
  private known = new WeakMap<Kind, Choice>();
  /** From an earlier measurement on such a device, by key: to be checked before it is used. */
  private remembered: Readonly<Record<string, string>> = {};

  /** The first choice is right everywhere, and what a kind has that was not measured. */
  constructor(readonly choices: readonly [Choice, ...Choice[]]) {}

  of(shard: Kind, columns: number): Choice {
    let choice = this.known.get(shard);
    if (choice === undefined) {
      choice = this.chosen.get(keyOf(shard, columns)) ?? this.choices[0];
      this.known.set(shard, choice);
    }
    return choice;
  }

  has(shard: Kind, columns: number): boolean {
    return this.chosen.has(keyOf(shard, columns));
  }

  set(shard: Kind, columns: number, choice: Choice): void {
    this.chosen.set(keyOf(shard, columns), choice);
    this.known = new WeakMap();
  }

  forget(shard: Kind, columns: number): void {
    this.chosen.delete(keyOf(shard, columns));
    this.known = new WeakMap();
  }

  /** What was chosen, by key, to be written down. */
  names(): Record<string, string> {
    const chosen = Object.fromEntries([...this.chosen].map(([key, { name }]) => [key, name]));
    return { ...this.remembered, ...chosen };
  }

  remember(names: Readonly<Record<string, string>>): void {
    this.remembered = names;
  }

  rememberedOf(shard: Kind, columns: number): Choice | null {
    const name = this.remembered[keyOf(shard, columns)];
    return this.choices.find((choice) => choice.name === name) ?? null;
  }
}
