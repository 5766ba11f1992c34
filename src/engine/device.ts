// Asks for a GPU device with the limits and features the adapter has and the engine can use; requires none of them.
import { AppError } from '../errors.ts';
import type { Lanes } from './lanes.ts';

export interface DeviceDescription {
  readonly name: string;
  readonly software: boolean;
  readonly features: readonly string[];
}

export interface DeviceOptions {
  /** Tests force the WebGPU defaults: no features, 128 MiB bindings, 16 KiB workgroup storage. */
  readonly defaultsOnly?: boolean;
  /** Tests run the kernels for GPUs with subgroups on a software driver, whose subgroups are vector registers (lanes.ts). */
  readonly asGpu?: boolean;
  /** Instead of those that suit the device: a device that only counts stands for another. */
  readonly lanes?: Lanes;
}

const usefulFeatures: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];
const usefulLimits = ['maxBufferSize', 'maxStorageBufferBindingSize'] as const;

export async function requestDevice(
  gpu: GPU | undefined,
  options: DeviceOptions = {},
): Promise<{ device: GPUDevice; description: DeviceDescription }> {
  if (!gpu) {
    throw new AppError(
      'NoGpuError',
      'This browser offers no WebGPU. Use a recent Chrome or Edge on https or localhost; on Linux, enable it at chrome://flags/#enable-unsafe-webgpu.',
    );
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new AppError(
      'NoGpuError',
      'WebGPU is there, but no graphics adapter answered. Update the graphics driver, or allow software rendering at chrome://flags/#enable-unsafe-webgpu.',
    );
  }
  const features = usefulFeatures.filter((feature) => adapter.features.has(feature));
  const limits = Object.fromEntries(usefulLimits.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice(
    options.defaultsOnly
      ? { label: 'attnlrp' }
      : { label: 'attnlrp', requiredFeatures: features, requiredLimits: limits },
  );
  return { device, description: describe(adapter, options.defaultsOnly ? [] : features) };
}

function describe(adapter: GPUAdapter, features: readonly string[]): DeviceDescription {
  const { vendor, architecture, device, description } = adapter.info;
  const name = description || [vendor, architecture, device].filter(Boolean).join(' ') || 'unnamed adapter';
  const software =
    adapter.info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|software/i.test(`${name} ${architecture}`);
  return { name, software, features };
}
