// Kernels → pipelines and bind groups, each made once and found again by identity.
import { AppError } from '../errors.ts';
import type { Binding, Kernel } from './kernel.ts';
import type { Storage } from './pool.ts';

export interface Compiled {
  readonly pipeline: GPUComputePipeline;
  /** Per group: its layout and the bindings in it, params first where the kernel has any. */
  readonly groups: readonly { readonly layout: GPUBindGroupLayout; readonly names: readonly string[] }[];
  readonly id: number;
}

/** Bytes every Params struct may take; also the alignment of dynamic uniform offsets that WebGPU guarantees. */
export const paramsStride = 256;

export class Pipelines {
  private readonly modules = new Map<string, GPUShaderModule>();
  private readonly compiled = new Map<Kernel, Compiled>();
  private readonly bindGroups = new Map<string, GPUBindGroup>();
  /** Bind groups ever made: must not grow while decoding. */
  created = 0;

  constructor(
    private readonly device: GPUDevice,
    private readonly params: GPUBuffer,
    private readonly report: (error: Promise<AppError | null>) => void,
  ) {}

  compile(kernel: Kernel): Compiled {
    const known = this.compiled.get(kernel);
    if (known) return known;
    const { shader, entry, constants, label } = kernel;
    const names = shader.entries.get(entry)!;
    const count = Math.max(...names.map((name) => shader.bindings.get(name)!.group)) + 1;
    const groups = Array.from({ length: count }, (_, group) => {
      const members = names.filter((name) => shader.bindings.get(name)!.group === group);
      const layout = this.device.createBindGroupLayout({
        label: `${label} group ${group}`,
        entries: members.map((name) => layoutEntry(shader.bindings.get(name)!)),
      });
      return { layout, names: members };
    });
    const pipeline = this.device.createComputePipeline({
      label,
      layout: this.device.createPipelineLayout({ label, bindGroupLayouts: groups.map((group) => group.layout) }),
      compute: { module: this.module(kernel), entryPoint: entry, constants },
    });
    const compiled = { pipeline, groups, id: this.compiled.size };
    this.compiled.set(kernel, compiled);
    return compiled;
  }

  private module(kernel: Kernel): GPUShaderModule {
    const { name, source } = kernel.shader;
    let module = this.modules.get(name);
    if (!module) {
      module = this.device.createShaderModule({ label: name, code: source });
      this.modules.set(name, module);
      this.report(module.getCompilationInfo().then((info) => shaderError(name, source, info)));
    }
    return module;
  }

  bindGroup(
    kernel: Kernel,
    compiled: Compiled,
    group: number,
    buffers: Readonly<Record<string, Storage>>,
  ): GPUBindGroup {
    const { layout, names } = compiled.groups[group]!;
    let key = `${compiled.id}/${group}`;
    for (const name of names) if (name !== 'params') key += `,${storageOf(kernel, buffers, name).id}`;
    let found = this.bindGroups.get(key);
    if (!found) {
      // Far above what one job needs: a bound against growth, not a working size.
      if (this.bindGroups.size >= 20_000) this.bindGroups.clear();
      const entries = names.map((name) => ({
        binding: kernel.shader.bindings.get(name)!.binding,
        resource:
          name === 'params'
            ? { buffer: this.params, size: paramsStride }
            : { buffer: storageOf(kernel, buffers, name).buffer },
      }));
      found = this.device.createBindGroup({ label: `${kernel.label} group ${group}`, layout, entries });
      this.bindGroups.set(key, found);
      this.created++;
    }
    return found;
  }

  /** After buffers were destroyed. */
  forgetBindGroups(): void {
    this.bindGroups.clear();
  }
}

function layoutEntry({ binding, type }: Binding): GPUBindGroupLayoutEntry {
  const buffer: GPUBufferBindingLayout = { type, hasDynamicOffset: type === 'uniform' };
  return { binding, visibility: GPUShaderStage.COMPUTE, buffer };
}

function storageOf(kernel: Kernel, buffers: Readonly<Record<string, Storage>>, name: string): Storage {
  const storage = buffers[name];
  if (!storage) throw new AppError('GpuError', `${kernel.label}: nothing was given for binding "${name}".`);
  return storage;
}

function shaderError(name: string, source: string, info: GPUCompilationInfo): AppError | null {
  const error = info.messages.find((message) => message.type === 'error');
  if (!error) return null;
  const line = source.split('\n')[error.lineNum - 1] ?? '';
  return new AppError(
    'ShaderError',
    `shaders/${name}, line ${error.lineNum}, column ${error.linePos}: ${error.message}\n  ${line.trim()}`,
  );
}
