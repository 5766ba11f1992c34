// How the lanes of a kernel come by numbers that all of them need, and how many tokens the matrix kernels take at a time:
// the library shaders/lib/lanes-*.wgsl that suits a device, and the workgroups that go with it.
import lanesAlone from '#shaders/lib/lanes-alone.wgsl?raw';
import lanesOfFour from '#shaders/lib/lanes-of-subgroup-4.wgsl?raw';
import lanesOfEight from '#shaders/lib/lanes-of-subgroup-8.wgsl?raw';
import ownRowsOfFour from '#shaders/lib/own-rows-of-subgroup-4.wgsl?raw';
import ownRowsOfEight from '#shaders/lib/own-rows-of-subgroup-8.wgsl?raw';
import tile from '#shaders/lib/tile.wgsl?raw';

export interface Lanes {
  readonly name: 'alone' | 'of four' | 'of eight';
  /** First among the sources of a shader: they may enable subgroups. */
  readonly libraries: readonly string[];
  /** Tokens of a block, as the libraries state. */
  readonly tokens: number;
  /** Lanes of a workgroup. */
  readonly count: number;
  /** Whether neighbouring lanes should read neighbouring words, as the memory of a GPU wants. */
  readonly coalesce: boolean;
  /** Neighbouring lanes that surely share a subgroup, on a GPU whose lanes are alone for all but sums of rows; 1: none do. */
  readonly shuffles: number;
  /** For kernels whose workgroup is one subgroup: its lanes, and lib/own-rows-of-subgroup-*.wgsl. */
  readonly subgroup: { readonly size: number; readonly ownRows: string } | null;
}

export const alone: Lanes = {
  name: 'alone',
  libraries: [lanesAlone, tile],
  tokens: 4,
  count: 32,
  coalesce: true,
  shuffles: 1,
  subgroup: null,
};
const ofFour: Lanes = {
  name: 'of four',
  libraries: [lanesOfFour, tile],
  tokens: 4,
  count: 8,
  coalesce: false,
  shuffles: 1,
  subgroup: { size: 4, ownRows: ownRowsOfFour },
};
const ofEight: Lanes = {
  name: 'of eight',
  libraries: [lanesOfEight, tile],
  tokens: 8,
  count: 8,
  coalesce: false,
  shuffles: 1,
  subgroup: { size: 8, ownRows: ownRowsOfEight },
};

const vectorRegisters: Readonly<Record<number, Lanes>> = { 4: ofFour, 8: ofEight };

/**
 * Subgroups of 4 or 8 lanes are the vector registers of a processor. There a load costs as much as ten products, also
 * where all lanes read the same number, and handing numbers on costs next to nothing; on a GPU it is the other way round. `asGpu`: whatever they look like.
 */
export function lanesOf(device: GPUDevice, asGpu = false): Lanes {
  if (!device.features.has('subgroups')) return alone;
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo;
  const registers = subgroupMinSize === subgroupMaxSize && !asGpu ? vectorRegisters[subgroupMinSize] : undefined;
  return registers ?? { ...alone, shuffles: subgroupMinSize };
}
