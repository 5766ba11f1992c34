// A GPU whose buffers are counted, whoever makes them: what WebGPU itself can tell of the memory a program takes.

export interface HeldBytes {
  /** Of the buffers that exist. */
  bytes: number;
  /** The most there were; set it back to `bytes` to count anew. */
  peak: number;
}

export function countBuffers(gpu: GPU): { readonly gpu: GPU; readonly held: HeldBytes } {
  const held: HeldBytes = { bytes: 0, peak: 0 };
  const requestAdapter = async (options?: GPURequestAdapterOptions): Promise<GPUAdapter | null> => {
    const adapter = await gpu.requestAdapter(options);
    if (!adapter) return null;
    const { features, limits, info } = adapter;
    const requestDevice = async (descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> =>
      counted(await adapter.requestDevice(descriptor), held);
    return { features, limits, info, requestDevice } as unknown as GPUAdapter;
  };
  return { gpu: { requestAdapter } as unknown as GPU, held };
}

function counted(device: GPUDevice, held: HeldBytes): GPUDevice {
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (wanted) => {
    const buffer = createBuffer(wanted);
    held.peak = Math.max(held.peak, (held.bytes += wanted.size));
    const destroy = buffer.destroy.bind(buffer);
    let exists = true;
    buffer.destroy = () => {
      if (exists) held.bytes -= wanted.size;
      exists = false;
      return destroy();
    };
    return buffer;
  };
  return device;
}
