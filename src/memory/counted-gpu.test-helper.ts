// A device of the adapter under test whose buffers are counted, whoever makes them.
import { create, globals } from 'webgpu';
import { Gpu } from '../engine/gpu.ts';

Object.assign(globalThis, globals);
// Dawn's instance must stay reachable: the process aborts when it is garbage-collected.
const instance = create([]);

export interface Counted {
  readonly gpu: Gpu;
  /** Bytes of the buffers that exist, and the most there were. */
  readonly held: { bytes: number; peak: number };
}

export async function countedGpu(): Promise<Counted> {
  const held = { bytes: 0, peak: 0 };
  const requestAdapter = async (): Promise<GPUAdapter> => {
    const adapter = (await instance.requestAdapter())!;
    const { features, limits, info } = adapter;
    const requestDevice = async (descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> => {
      const device = await adapter.requestDevice(descriptor);
      const createBuffer = device.createBuffer.bind(device);
      device.createBuffer = (wanted) => {
        const buffer = createBuffer(wanted);
        held.peak = Math.max(held.peak, (held.bytes += wanted.size));
        const destroy = buffer.destroy.bind(buffer);
        buffer.destroy = () => {
          held.bytes -= wanted.size;
          return destroy();
        };
        return buffer;
      };
      return device;
    };
    return { features, limits, info, requestDevice } as unknown as GPUAdapter;
  };
  return { gpu: await Gpu.create({ requestAdapter } as unknown as GPU), held };
}
