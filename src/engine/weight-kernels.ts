// Kernels that read weights: one WGSL file, and a shader of it for every way weights are stored, made when first met.
// Decoding asks for a kernel at every dispatch, so it is found by the identity of what it depends on.
import { kernel, shader, type Constants, type Kernel, type Shader } from './kernel.ts';
import type { Lanes } from './lanes.ts';
import type { Storage } from './pool.ts';
import type { WeightLayout } from './weight-layout.ts';
import type { Shard } from './weight.ts';

/**
 * `lanes`: for kernels that use lib/lanes-*.wgsl and tile.wgsl. `constants` are compared by identity: those of one choice
 * are one object (readingConstants).
 */
export type WeightKernels = (shard: Shard, entry: string, lanes?: Lanes, constants?: Constants) => Kernel;

const none: Constants = {};

export function weightKernels(file: string, ...sources: readonly string[]): WeightKernels {
  const shaders = new Map<string, Shader>();
  const found = new Map<Lanes | undefined, Found>();

  function make(layout: WeightLayout, entry: string, lanes: Lanes | undefined, constants: Constants): Kernel {
    const variant = lanes ? `${layout.name}, lanes ${lanes.name}` : layout.name;
    let made = shaders.get(variant);
    if (!made) {
      // First the lanes' libraries, of which one may enable subgroups.
      const all = [...(lanes?.libraries ?? []), ...sources, ...layout.libraries];
      shaders.set(variant, (made = shader(`${file} (${variant})`, ...all)));
    }
    return kernel(made, entry, { ...layout.constants, ...(lanes && { LANES: lanes.count }), ...constants });
  }

  return ({ layout }, entry, lanes, constants = none) => {
    const byLayout = entryOf(found, lanes, (): Found => new WeakMap());
    const byEntry = entryOf(byLayout, layout, () => new Map<string, Map<Constants, Kernel>>());
    const byConstants = entryOf(byEntry, entry, () => new Map<Constants, Kernel>());
    return entryOf(byConstants, constants, () => make(layout, entry, lanes, constants));
  };
}

type Found = WeakMap<WeightLayout, Map<string, Map<Constants, Kernel>>>;

interface Entries<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

/** Made where it is not there yet. */
export function entryOf<Key, Value>(entries: Entries<Key, Value>, key: Key, make: () => Value): Value {
  const known = entries.get(key);
  if (known !== undefined) return known;
  const made = make();
  entries.set(key, made);
  return made;
}

/** Rows of x, as a kernel's params tell them. */
export interface RowsOfX {
  readonly inner: number;
  readonly x_offset: number;
  readonly x_stride: number;
}

/** Whether lib/tile.wgsl may read x four numbers at a time, without a look at where its rows end. */
export const areWholeOctets = ({ inner, x_offset, x_stride }: RowsOfX): boolean =>
  inner % 8 === 0 && x_offset % 4 === 0 && x_stride % 4 === 0;

/** What is multiplied by its absolute value: nothing, W, or x too (linear-gamma.wgsl). */
export type Absolute = 'nothing' | 'weights' | 'both';

const absoluteConstants: Readonly<Record<Absolute, Constants>> = {
  nothing: {},
  weights: { ABSOLUTE_W: 1 },
  both: { ABSOLUTE_W: 1, ABSOLUTE_X: 1 },
};
const readings = Object.entries(absoluteConstants).map(
  ([absolute, constants]) =>
    [absolute, { ragged: { WHOLE_OCTETS: 0, ...constants }, whole: { WHOLE_OCTETS: 1, ...constants } }] as const,
);
const readingOf = Object.fromEntries(readings) as Readonly<Record<Absolute, (typeof readings)[number][1]>>;

/** Of lib/tile.wgsl; the same object for the same choice. */
export const readingConstants = (rows: RowsOfX, absolute: Absolute = 'nothing'): Constants =>
  readingOf[absolute][areWholeOctets(rows) ? 'whole' : 'ragged'];

/** The same with those of a choice besides: for each choice, and each way of reading, one object. */
export function constantsOfChoice<Choice extends object>(
  make: (choice: Choice) => Constants,
): (choice: Choice, rows: RowsOfX, absolute?: Absolute) => Constants {
  const found = new WeakMap<Choice, Map<Constants, Constants>>();
  return (choice, rows, absolute) => {
    const constants = readingConstants(rows, absolute);
    const byReading = entryOf(found, choice, () => new Map<Constants, Constants>());
    return entryOf(byReading, constants, () => ({ ...constants, ...make(choice) }));
  };
}

/** The bindings that lib/weight-*.wgsl and lib/groups-*.wgsl declare. */
export const shardBuffers = ({ storage, groups }: Shard): Readonly<Record<string, Storage>> =>
  groups ? { weight_words: storage, weight_groups: groups } : { weight_words: storage };
