// A GPU that computes nothing and counts the bytes of its buffers. What runs on it allocates exactly as it would on a real
// one, so memory can be told in advance without a second account of it that could go wrong.

import { Gpu } from '../engine/gpu.ts';
import type { Lanes } from '../engine/lanes.ts';

export interface BufferLimits {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
}

/** What decides how much is allocated on a GPU: what fits into a buffer, and which kernels run. Every Gpu is one. */
export interface GpuTraits {
  readonly device: { readonly limits: BufferLimits };
  readonly lanes: Lanes;
}

export interface CountingDevice {
  readonly gpu: Gpu;
  /** Of all buffers that exist. */
  bytes: number;
  /** The most there were; set it back to `bytes` to count anew. */
  peakBytes: number;
}

/** Read-backs give zeros. The constants of WebGPU (GPUBufferUsage …) must be there, as they are wherever a GPU is. */
export async function countingDevice({ device: like, lanes }: GpuTraits): Promise<CountingDevice> {
  const { maxBufferSize, maxStorageBufferBindingSize } = like.limits;
  const limits = { maxBufferSize, maxStorageBufferBindingSize };
  const features = new Set();
  const counted: CountingDevice = { gpu: null as unknown as Gpu, bytes: 0, peakBytes: 0 };
  const device = {
    limits,
    features,
    lost: new Promise<never>(() => {}),
    queue: { writeBuffer: ignore, submit: ignore, onSubmittedWorkDone: soon },
    addEventListener: ignore,
    pushErrorScope: ignore,
    popErrorScope: async () => null,
    destroy: ignore,
    createBindGroup: nothing,
    createBindGroupLayout: nothing,
    createPipelineLayout: nothing,
    createComputePipeline: nothing,
    createShaderModule: () => ({ getCompilationInfo: async () => ({ messages: [] }) }),
    createCommandEncoder: () => encoder,
    createBuffer({ size }: GPUBufferDescriptor) {
      counted.bytes += size;
      counted.peakBytes = Math.max(counted.peakBytes, counted.bytes);
      const destroy = (): void => void (counted.bytes -= size);
      return { size, destroy, mapAsync: soon, getMappedRange: () => new ArrayBuffer(size), unmap: ignore };
    },
  };
  const adapter = {
    limits,
    features,
    info: { vendor: '', architecture: '', device: '', description: 'counting device', isFallbackAdapter: false },
    requestDevice: async () => device,
  };
  const gpu = { requestAdapter: async () => adapter } as unknown as GPU;
  const counting = await Gpu.create(gpu, { lanes });
  // It takes no time, and cutting would only make more of what is counted.
  counting.paced = false;
  return Object.assign(counted, { gpu: counting });
}

const ignore = (): void => {};
const soon = async (): Promise<void> => {};
const nothing = (): object => ({});

const pass = { setPipeline: ignore, setBindGroup: ignore, dispatchWorkgroups: ignore, end: ignore };
const encoder = { beginComputePass: () => pass, clearBuffer: ignore, copyBufferToBuffer: ignore, finish: nothing };
