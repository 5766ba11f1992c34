// WebGPU in Node: Dawn (npm webgpu) on the machine's own Vulkan driver, else on a software driver found on disk.
// VK_ICD_FILENAMES and VK_DRIVER_FILES of the caller choose the driver and are never overridden.
import { create, globals } from 'webgpu';
import { AppError } from '../errors.ts';
import { pollPatiently } from './patient-polling.ts';
import { environmentOf, softwareDrivers } from './vulkan-drivers.ts';

/** Dawn's instances must stay reachable: collecting one ends the process with an abort. */
const instances: GPU[] = [];

export interface NodeGpuOptions {
  /** Dawn rounds timestamps to a tenth of a millisecond, as pages must have it; a benchmark wants them as they are. */
  readonly exactTimestamps?: boolean;
}

export async function createNodeGpu(options: NodeGpuOptions = {}): Promise<GPU> {
  Object.assign(globalThis, globals);
  pollPatiently();
  const first = await usable(options);
  if (first !== null) return first;
  const chosen = process.env['VK_ICD_FILENAMES'] ?? process.env['VK_DRIVER_FILES'];
  if (chosen !== undefined) {
    throw new AppError(
      'NoGpuError',
      `The Vulkan driver that VK_ICD_FILENAMES or VK_DRIVER_FILES names (${chosen}) offers no WebGPU adapter. Correct the path, or unset both to have a driver found.`,
    );
  }
  for (const driver of softwareDrivers()) {
    // Every new Vulkan instance reads the environment again.
    Object.assign(process.env, environmentOf(driver));
    const gpu = await usable(options);
    if (gpu !== null) return gpu;
  }
  throw new AppError(
    'NoGpuError',
    'No WebGPU adapter was found: neither a GPU with a Vulkan driver nor a software driver. Install one (Debian: apt-get install libvulkan1 mesa-vulkan-drivers).',
  );
}

async function usable({ exactTimestamps = false }: NodeGpuOptions): Promise<GPU | null> {
  const gpu = create(exactTimestamps ? ['disable-dawn-features=timestamp_quantization'] : []);
  instances.push(gpu);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  return adapter === null ? null : gpu;
}
