// Kernels that add up over a row: one WGSL file, and a shader of it for each way the lanes of a workgroup can add up.
import sumAlone from '#shaders/lib/sum-alone.wgsl?raw';
import sumOfFour from '#shaders/lib/sum-of-subgroup-4.wgsl?raw';
import sumOfEight from '#shaders/lib/sum-of-subgroup-8.wgsl?raw';
import { kernel, shader, type Kernel, type Shader } from './kernel.ts';
import type { Lanes } from './lanes.ts';

const libraries: Readonly<Record<Lanes['name'], string>> = {
  alone: sumAlone,
  'of four': sumOfFour,
  'of eight': sumOfEight,
};

/** A workgroup of these kernels takes a row. */
export function sumKernels(file: string, source: string): (lanes: Lanes, entry: string) => Kernel {
  const shaders = new Map<string, Shader>();
  return ({ name }, entry) => {
    let made = shaders.get(name);
    // First the library, which may enable subgroups.
    if (!made) shaders.set(name, (made = shader(`${file} (lanes ${name})`, libraries[name], source)));
    return kernel(made, entry);
  };
}
