// How the lanes of a kernel come by numbers that all of them need: the library shaders/lib/eight-*.wgsl that suits a
// device, and the workgroups that go with it.
import eightPlain from '#shaders/lib/eight-plain.wgsl?raw';
import eightOfFour from '#shaders/lib/eight-of-subgroup-4.wgsl?raw';
import eightOfEight from '#shaders/lib/eight-of-subgroup-8.wgsl?raw';

export interface Lanes {
  readonly name: 'alone' | 'of four' | 'of eight';
  readonly library: string;
  /** Lanes of a workgroup. */
  readonly count: number;
  /** Whether neighbouring lanes should read neighbouring words, as the memory of a GPU wants. */
  readonly coalesce: boolean;
}

const alone: Lanes = { name: 'alone', library: eightPlain, count: 32, coalesce: true };
const ofFour: Lanes = { name: 'of four', library: eightOfFour, count: 8, coalesce: false };
const ofEight: Lanes = { name: 'of eight', library: eightOfEight, count: 8, coalesce: false };

/**
 * Subgroups of 4 or 8 lanes are the vector registers of a processor. There a load costs as much as ten products, also
 * where all lanes read the same number, and handing numbers on costs next to nothing; on a GPU it is the other way round.
 */
export function lanesOf(device: GPUDevice): Lanes {
  if (!device.features.has('subgroups')) return alone;
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo;
  if (subgroupMinSize !== subgroupMaxSize) return alone;
  return subgroupMinSize === 8 ? ofEight : subgroupMinSize === 4 ? ofFour : alone;
}
