// Kernels that read weights: one WGSL file, and a shader of it for every way weights are stored, made when first met.
import { kernel, shader, type Kernel, type Shader } from './kernel.ts';
import type { Lanes } from './lanes.ts';
import type { Storage } from './pool.ts';
import type { Shard, Weight } from './weight.ts';

/** `lanes`: for kernels that use lib/eight-*.wgsl. */
export type WeightKernels = (weight: Weight, entry: string, lanes?: Lanes) => Kernel;

export function weightKernels(file: string, source: string): WeightKernels {
  const shaders = new Map<string, Shader>();
  return ({ layout }, entry, lanes) => {
    const variant = lanes ? `${layout.name}, lanes ${lanes.name}` : layout.name;
    let made = shaders.get(variant);
    if (!made) {
      // First the lanes' library, which may enable subgroups.
      const sources = [...(lanes ? [lanes.library] : []), source, ...layout.libraries];
      shaders.set(variant, (made = shader(`${file} (${variant})`, ...sources)));
    }
    return kernel(made, entry, lanes ? { ...layout.constants, LANES: lanes.count } : layout.constants);
  };
}

/** The bindings that lib/weight-*.wgsl and lib/groups-*.wgsl declare. */
export const shardBuffers = ({ storage, groups }: Shard): Readonly<Record<string, Storage>> =>
  groups ? { weight_words: storage, weight_groups: groups } : { weight_words: storage };
