// How long each dispatch took, by the GPU's own clock. WebGPU writes timestamps at the ends of passes only, so while a
// profile is taken every dispatch is a pass of its own. What it costs, it costs then: nothing is timed otherwise.
import type { Kernel } from './kernel.ts';
import type { Storage } from './pool.ts';

export interface DispatchTime {
  /** WGSL file, variant and entry point. */
  readonly kernel: string;
  /** What the dispatch was given of rows and columns: 'rows 64, inner 576, outer 1536'. */
  readonly shape: string;
  readonly seconds: number;
  /** Of the weights that were bound. */
  readonly weightBytes: number;
}

/** WebGPU's limit for one set: two timestamps for each of 2048 dispatches. */
const timestamps = 4096;
const setBytes = timestamps * 8;
/** Params that say how large a task is, wherever a kernel has them. `keys` is none: it grows with every token. */
const sizes: ReadonlySet<string> = new Set(['rows', 'groups', 'count', 'parts', 'fours', 'width', 'inner', 'outer']);
/** The bind group of weights, in all kernels. */
const weightGroup = 1;

export const canProfile = (device: GPUDevice): boolean => device.features.has('timestamp-query');

export class Profile {
  private readonly set: GPUQuerySet;
  private readonly resolved: GPUBuffer;
  private readonly staged: GPUBuffer[] = [];
  private readonly dispatches: Omit<DispatchTime, 'seconds'>[] = [];
  /** Timestamps of the set that are spoken for. */
  private used = 0;

  constructor(private readonly device: GPUDevice) {
    this.set = device.createQuerySet({ label: 'profile', type: 'timestamp', count: timestamps });
    const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
    this.resolved = device.createBuffer({ label: 'profile', size: setBytes, usage });
  }

  /** Where the pass of the next dispatch writes its timestamps. A full set is put aside before. */
  next(
    encoder: GPUCommandEncoder,
    kernel: Kernel,
    buffers: Readonly<Record<string, Storage>>,
    params: Readonly<Record<string, number>>,
  ): GPUComputePassTimestampWrites {
    if (this.used === timestamps) this.putAside(encoder);
    this.dispatches.push({
      kernel: kernel.label,
      shape: shapeOf(kernel, params),
      weightBytes: bytesOf(kernel, buffers),
    });
    this.used += 2;
    return { querySet: this.set, beginningOfPassWriteIndex: this.used - 2, endOfPassWriteIndex: this.used - 1 };
  }

  /** Call with the last commands, and once they are submitted `read`. */
  putAside(encoder: GPUCommandEncoder): void {
    if (this.used === 0) return;
    const size = this.used * 8;
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const staging = this.device.createBuffer({ label: 'profile read-back', size, usage });
    this.staged.push(staging);
    encoder.resolveQuerySet(this.set, 0, this.used, this.resolved, 0);
    encoder.copyBufferToBuffer(this.resolved, 0, staging, 0, size);
    this.used = 0;
  }

  async read(): Promise<readonly DispatchTime[]> {
    const seconds: number[] = [];
    for (const staging of this.staged) {
      await staging.mapAsync(GPUMapMode.READ);
      const times = new BigUint64Array(staging.getMappedRange());
      // A clock that is set back between two timestamps would give a negative time.
      for (let i = 0; i < times.length; i += 2) seconds.push(Math.max(0, Number(times[i + 1]! - times[i]!)) / 1e9);
      staging.unmap();
    }
    return this.dispatches.map((dispatch, index) => ({ ...dispatch, seconds: seconds[index]! }));
  }

  destroy(): void {
    this.set.destroy();
    for (const buffer of [this.resolved, ...this.staged]) buffer.destroy();
  }
}

function shapeOf({ shader }: Kernel, params: Readonly<Record<string, number>>): string {
  const named = shader.params.filter(({ name }) => sizes.has(name));
  // Of a portion of the tokens `rows` says where it ends.
  const sizeOf = (name: string): number => params[name]! - (name === 'rows' ? (params['first_token'] ?? 0) : 0);
  return named.map(({ name }) => `${name} ${sizeOf(name)}`).join(', ');
}

function bytesOf({ shader, entry }: Kernel, buffers: Readonly<Record<string, Storage>>): number {
  const names = shader.entries.get(entry)!.filter((name) => shader.bindings.get(name)!.group === weightGroup);
  return names.reduce((sum, name) => sum + buffers[name]!.bytes, 0);
}
