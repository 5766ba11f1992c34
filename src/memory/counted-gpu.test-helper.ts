// A device of the adapter under test whose buffers are counted, whoever makes them.
import { create, globals } from 'webgpu';
import { countBuffers, type HeldBytes } from '../bench/count-buffers.ts';
import { Gpu } from '../engine/gpu.ts';

Object.assign(globalThis, globals);
// Dawn's instance must stay reachable: the process aborts when it is garbage-collected.
const instance = create([]);

export interface Counted {
  readonly gpu: Gpu;
  readonly held: HeldBytes;
}

export async function countedGpu(): Promise<Counted> {
  const { gpu, held } = countBuffers(instance);
  return { gpu: await Gpu.create(gpu), held };
}
