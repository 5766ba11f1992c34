// Kernels that read weights: one WGSL file, and a shader of it for every way weights are stored, made when first met.
import { kernel, shader, type Constants, type Kernel, type Shader } from './kernel.ts';
import type { Lanes } from './lanes.ts';
import type { Storage } from './pool.ts';
import type { Shard } from './weight.ts';

/** `lanes`: for kernels that use lib/lanes-*.wgsl and tile.wgsl. */
export type WeightKernels = (shard: Shard, entry: string, lanes?: Lanes, constants?: Constants) => Kernel;

export function weightKernels(file: string, source: string): WeightKernels {
  const shaders = new Map<string, Shader>();
  return ({ layout }, entry, lanes, constants) => {
    const variant = lanes ? `${layout.name}, lanes ${lanes.name}` : layout.name;
    let made = shaders.get(variant);
    if (!made) {
      // First the lanes' libraries, of which one may enable subgroups.
      const sources = [...(lanes?.libraries ?? []), source, ...layout.libraries];
      shaders.set(variant, (made = shader(`${file} (${variant})`, ...sources)));
    }
    return kernel(made, entry, { ...layout.constants, ...(lanes && { LANES: lanes.count }), ...constants });
  };
}

interface Rows {
  readonly inner: number;
  readonly x_offset: number;
  readonly x_stride: number;
}

/** Whether lib/tile.wgsl may read x four numbers at a time, without a look at where its rows end. */
export function wholeOctets({ inner, x_offset, x_stride }: Rows): Constants {
  return { WHOLE_OCTETS: inner % 8 === 0 && x_offset % 4 === 0 && x_stride % 4 === 0 ? 1 : 0 };
}

/** Whether rows of W, `inner` columns long, are whole quads (lib/quads-*.wgsl). */
export const wholeQuads = (inner: number): Constants => ({ WHOLE_QUADS: inner % 32 === 0 ? 1 : 0 });

/** The bindings that lib/weight-*.wgsl and lib/groups-*.wgsl declare. */
export const shardBuffers = ({ storage, groups }: Shard): Readonly<Record<string, Storage>> =>
  groups ? { weight_words: storage, weight_groups: groups } : { weight_words: storage };
