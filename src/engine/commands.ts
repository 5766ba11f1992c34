// What is encoded and not yet submitted. Dispatches in a row share a pass, and whatever is no dispatch ends it; while a
// profile is taken, every dispatch has a pass of its own.
import type { Faults } from './faults.ts';
import type { Kernel } from './kernel.ts';
import { Params } from './params.ts';
import { Pipelines } from './pipelines.ts';
import type { Storage } from './pool.ts';
import type { Profile } from './profile.ts';

export type Grid = readonly [x: number, y?: number, z?: number];

/** A grid of `groups` workgroups in one dimension, folded where WebGPU allows at most 65,535 per dimension. */
export function gridOf(groups: number): Grid {
  return groups <= 65_535 ? [groups] : [65_535, Math.ceil(groups / 65_535)];
}

/** By the names that the WGSL declares. */
export type Buffers = Readonly<Record<string, Storage>>;
export type Values = Readonly<Record<string, number>>;

export class Commands {
  readonly pipelines: Pipelines;
  /** Where dispatches are timed. */
  profile: Profile | null = null;
  /** Of the processor: from the first command of each submission to its last, and to hand them over. */
  encodeSeconds = 0;
  submitSeconds = 0;
  private readonly params: Params;
  private encoder: GPUCommandEncoder | null = null;
  private pass: GPUComputePassEncoder | null = null;
  private encodingSince = 0;

  /** `full` must submit: no further dispatch fits into this submission. */
  constructor(
    private readonly device: GPUDevice,
    faults: Pick<Faults, 'watch'>,
    private readonly full: () => void,
  ) {
    this.params = new Params(device);
    this.pipelines = new Pipelines(device, this.params.buffer, (error) => faults.watch(error));
  }

  dispatch(kernel: Kernel, buffers: Buffers, params: Values, grid: Grid): void {
    const compiled = this.pipelines.compile(kernel);
    const offset = this.params.place(kernel, params, this.full);
    const pass = this.passFor(kernel, buffers, params);
    pass.setPipeline(compiled.pipeline);
    for (let group = 0; group < compiled.groups.length; group++) {
      const bindGroup = this.pipelines.bindGroup(kernel, compiled, group, buffers);
      const dynamic = compiled.groups[group]!.names.includes('params') ? [offset] : [];
      pass.setBindGroup(group, bindGroup, dynamic);
    }
    pass.dispatchWorkgroups(grid[0], grid[1] ?? 1, grid[2] ?? 1);
  }

  private passFor(kernel: Kernel, buffers: Buffers, params: Values): GPUComputePassEncoder {
    if (this.profile) {
      const timestampWrites = this.profile.next(this.outsidePass(), kernel, buffers, params);
      this.pass = this.begun().beginComputePass({ label: kernel.label, timestampWrites });
    }
    return (this.pass ??= this.begun().beginComputePass({ label: 'engine' }));
  }

  /** For commands that are no dispatch. */
  outsidePass(): GPUCommandEncoder {
    this.endPass();
    return this.begun();
  }

  private endPass(): void {
    this.pass?.end();
    this.pass = null;
  }

  private begun(): GPUCommandEncoder {
    if (!this.encoder) {
      this.encodingSince = performance.now();
      this.encoder = this.device.createCommandEncoder({ label: 'engine' });
    }
    return this.encoder;
  }

  /** Whether there was anything to submit. */
  submit(): boolean {
    if (!this.encoder) return false;
    this.endPass();
    this.params.upload();
    const commands = this.encoder.finish();
    const encoded = performance.now();
    this.device.queue.submit([commands]);
    this.encodeSeconds += (encoded - this.encodingSince) / 1000;
    this.submitSeconds += (performance.now() - encoded) / 1000;
    this.encoder = null;
    return true;
  }
}
