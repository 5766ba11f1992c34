// The one owner of a GPU device: allocates, runs kernels by name, submits, reads back. Knows no op and no model.
import { AppError } from '../errors.ts';
import { requestDevice, type DeviceDescription, type DeviceOptions } from './device.ts';
import { Faults } from './faults.ts';
import type { Kernel } from './kernel.ts';
import { lanesOf, type Lanes } from './lanes.ts';
import { Pacer } from './pacer.ts';
import { Params } from './params.ts';
import { Pipelines } from './pipelines.ts';
import { Pool, createStorage, type Storage } from './pool.ts';
import { Profile, canProfile, type DispatchTime } from './profile.ts';
import { ChosenRowLanes } from './row-lanes.ts';
import { Staging } from './staging.ts';
import { bytesOf, type Tensor } from './tensor.ts';

export type Grid = readonly [x: number, y?: number, z?: number];

type DispatchSizes = [buffers: Readonly<Record<string, Storage>>, params: Readonly<Record<string, number>>];

/** A grid of `groups` workgroups in one dimension, folded where WebGPU allows at most 65,535 per dimension. */
export function gridOf(groups: number): Grid {
  return groups <= 65_535 ? [groups] : [65_535, Math.ceil(groups / 65_535)];
}

export class Gpu {
  readonly pool: Pool;
  readonly pipelines: Pipelines;
  readonly lanes: Lanes;
  readonly rowLanes = new ChosenRowLanes();
  /** Kernels run since the device was made. */
  dispatches = 0;
  submits = 0;
  /** Seconds that the processor took from the first command of each submission to its last, and to hand them over. */
  encodeSeconds = 0;
  submitSeconds = 0;
  /** A weight shard stays below this; tests force it down so that tiny models are sharded. */
  bindingCap: number;
  /** Beyond so many bytes of pooled buffers, those that nobody holds go before new ones are made. */
  poolLimit = Infinity;
  private readonly faults: Faults;
  private readonly params: Params;
  private readonly staging: Staging;
  private readonly pacer = new Pacer();
  private readonly underWay: Promise<void>[] = [];
  private encoder: GPUCommandEncoder | null = null;
  private encodingSince = 0;
  private profile: Profile | null = null;
  private pass: GPUComputePassEncoder | null = null;
  private scopeMembers: Set<Storage> | null = null;

  private constructor(
    readonly device: GPUDevice,
    readonly description: DeviceDescription,
  ) {
    this.faults = new Faults(device);
    this.pool = new Pool(device);
    this.lanes = lanesOf(device);
    this.bindingCap = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
    this.params = new Params(device);
    this.staging = new Staging(device);
    this.pipelines = new Pipelines(device, this.params.buffer, (error) => this.faults.watch(error));
  }

  /** @throws NoGpuError where there is no adapter. */
  static async create(gpu: GPU | undefined, options?: DeviceOptions): Promise<Gpu> {
    const { device, description } = await requestDevice(gpu, options);
    return new Gpu(device, description);
  }

  /** A matrix of f32 or u32 with arbitrary contents, given back when the scope around it ends. */
  allocate(rows: number, width: number, label: string): Tensor {
    const bytes = Math.max(4, rows * width * 4);
    this.checkBinding(bytes, label);
    if (this.pool.exceeds(bytes, this.poolLimit)) this.purge();
    const before = this.pool.created;
    const storage = this.pool.take(bytes, label);
    if (this.pool.created > before) this.faults.allocation(label, bytes);
    this.scopeMembers?.add(storage);
    return { storage, rows, width };
  }

  /** A buffer outside the pool that lives until the caller destroys it: weights, caches. */
  allocateForever(bytes: number, label: string): Storage {
    this.checkBinding(bytes, label);
    this.faults.allocation(label, bytes);
    return createStorage(this.device, Math.ceil(bytes / 16) * 16, label);
  }

  private checkBinding(bytes: number, label: string): void {
    if (bytes <= this.device.limits.maxStorageBufferBindingSize) return;
    const limit = Math.floor(this.device.limits.maxStorageBufferBindingSize / 1e6);
    throw new AppError(
      'OutOfMemoryError',
      `${label} needs ${Math.ceil(bytes / 1e6)} MB, but this GPU binds at most ${limit} MB at once. Use a shorter text or a smaller model.`,
    );
  }

  upload(
    data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
    rows: number,
    width: number,
    label: string,
  ): Tensor {
    const tensor = this.allocate(rows, width, label);
    this.write(tensor.storage, 0, data);
    return tensor;
  }

  /** Copies bytes into a buffer. Kernels that are encoded but not submitted run first: the copy never overtakes them. */
  write(
    storage: Storage,
    byteOffset: number,
    data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
  ): void {
    this.flush();
    this.device.queue.writeBuffer(storage.buffer, byteOffset, data);
  }

  clear(tensor: Tensor): void {
    this.endPass();
    this.commands().clearBuffer(tensor.storage.buffer, 0, bytesOf(tensor));
  }

  /** Encodes one dispatch. Buffers and params are given by the names the WGSL declares. */
  run(
    kernel: Kernel,
    buffers: Readonly<Record<string, Storage>>,
    params: Readonly<Record<string, number>>,
    grid: Grid,
  ): void {
    const compiled = this.pipelines.compile(kernel);
    const offset = this.params.place(kernel, params, () => this.flush());
    if (this.profile) this.beginTimedPass(this.profile, kernel, buffers, params);
    this.pass ??= this.commands().beginComputePass({ label: 'engine' });
    this.pass.setPipeline(compiled.pipeline);
    for (let group = 0; group < compiled.groups.length; group++) {
      const bindGroup = this.pipelines.bindGroup(kernel, compiled, group, buffers);
      const dynamic = compiled.groups[group]!.names.includes('params') ? [offset] : [];
      this.pass.setBindGroup(group, bindGroup, dynamic);
    }
    this.pass.dispatchWorkgroups(grid[0], grid[1] ?? 1, grid[2] ?? 1);
    this.dispatches++;
  }

  private commands(): GPUCommandEncoder {
    if (!this.encoder) {
      this.encodingSince = performance.now();
      this.encoder = this.device.createCommandEncoder({ label: 'engine' });
    }
    return this.encoder;
  }

  private beginTimedPass(profile: Profile, kernel: Kernel, ...given: DispatchSizes): void {
    this.endPass();
    const timestampWrites = profile.next(this.commands(), kernel, ...given);
    this.pass = this.commands().beginComputePass({ label: kernel.label, timestampWrites });
  }

  private endPass(): void {
    this.pass?.end();
    this.pass = null;
  }

  /** Submits what is encoded. */
  flush(): void {
    if (!this.encoder) return;
    this.endPass();
    this.params.upload();
    const commands = this.encoder.finish();
    const encoded = performance.now();
    this.device.queue.submit([commands]);
    this.encodeSeconds += (encoded - this.encodingSince) / 1000;
    this.submitSeconds += (performance.now() - encoded) / 1000;
    this.encoder = null;
    this.submits++;
    this.pacer.flushed();
    this.faults.nextSubmission();
  }

  /** Submits, waits until the GPU is done, throws what went wrong. */
  async settle(): Promise<void> {
    this.flush();
    this.pacer.begin();
    // Uploads need no submission; their errors have a verdict all the same.
    this.faults.nextSubmission();
    this.faults.raise();
    await this.device.queue.onSubmittedWorkDone();
    await this.faults.settle();
  }

  /**
   * Submits, and waits while more than two submissions are under way: the GPU never idles between them, and never has
   * more work queued than can be waited for when someone presses Stop.
   */
  async pace(): Promise<void> {
    this.flush();
    const done = this.pacer.submitted();
    this.underWay.push(this.device.queue.onSubmittedWorkDone().then(done, done));
    if (this.underWay.length > 2) await this.underWay.shift();
    this.faults.raise();
  }

  /** The same, once what was encoded takes the GPU a while. `work`: multiplications since the last call. */
  async breathe(work: number): Promise<void> {
    if (this.pacer.add(work)) await this.pace();
  }

  /** Runs the body, every dispatch timed by the GPU; null, and nothing is run, where the adapter has no timestamps. */
  async timeDispatches(body: () => Promise<void>): Promise<readonly DispatchTime[] | null> {
    if (!canProfile(this.device)) return null;
    this.flush();
    const profile = (this.profile = new Profile(this.device));
    try {
      await body();
      this.endPass();
      profile.putAside(this.commands());
      await this.settle();
      return await profile.read();
    } finally {
      this.flush();
      this.profile = null;
      profile.destroy();
    }
  }

  async readFloats(tensor: Tensor): Promise<Float32Array<ArrayBuffer>> {
    return new Float32Array(await this.readBytes(tensor));
  }

  async readIds(tensor: Tensor): Promise<Uint32Array<ArrayBuffer>> {
    return new Uint32Array(await this.readBytes(tensor));
  }

  private async readBytes(tensor: Tensor): Promise<ArrayBuffer> {
    const bytes = bytesOf(tensor);
    const staging = this.staging.take(bytes);
    this.endPass();
    this.commands().copyBufferToBuffer(tensor.storage.buffer, 0, staging, 0, bytes);
    this.flush();
    this.pacer.begin();
    try {
      await staging.mapAsync(GPUMapMode.READ);
    } catch (error) {
      staging.destroy();
      await this.faults.settle();
      throw new AppError('GpuError', `Reading ${bytes} bytes back from the GPU failed: ${String(error)}`);
    }
    const copy = staging.getMappedRange().slice(0);
    staging.unmap();
    this.staging.give(bytes, staging);
    await this.faults.settle();
    return copy;
  }

  /** Gives back everything allocated inside, except what the body returns (a tensor, or an array or record of them). */
  scope<Result>(body: () => Result): Result {
    const close = this.openScope();
    try {
      return close(body());
    } catch (error) {
      close(null);
      throw error;
    }
  }

  async scopeAsync<Result>(body: () => Promise<Result>): Promise<Result> {
    const close = this.openScope();
    try {
      return close(await body());
    } catch (error) {
      close(null);
      throw error;
    }
  }

  private openScope(): <Result>(result: Result) => Result {
    const outer = this.scopeMembers;
    const members = new Set<Storage>();
    this.scopeMembers = members;
    return (result) => {
      const kept = new Set<Storage>();
      collectStorages(result, kept);
      for (const storage of members) {
        if (kept.has(storage)) outer?.add(storage);
        else this.pool.give(storage);
      }
      this.scopeMembers = outer;
      return result;
    };
  }

  /** Gives one tensor of the current scope back early. */
  release(tensor: Tensor): void {
    if (this.scopeMembers?.delete(tensor.storage)) this.pool.give(tensor.storage);
  }

  /** Takes a tensor out of its scope: it lives until `discard`. */
  keep(tensor: Tensor): Tensor {
    this.scopeMembers?.delete(tensor.storage);
    return tensor;
  }

  discard(tensor: Tensor): void {
    this.pool.give(tensor.storage);
  }

  /** Between jobs: lets go of buffers that the last few jobs did not use. */
  trim(): void {
    this.flush();
    if (this.pool.trim()) this.pipelines.forgetBindGroups();
  }

  /**
   * After a job has failed on the GPU: waits until its last error is known, so that none reaches the next job, and lets
   * go of every buffer that nobody holds, since some of them may be none.
   */
  async recover(): Promise<void> {
    this.flush();
    this.faults.nextSubmission();
    await this.faults.drain();
    this.purge();
  }

  /** Lets go of every buffer that nobody holds, and of every bind group. */
  purge(): void {
    this.flush();
    this.pool.destroy();
    this.staging.destroy();
    this.pipelines.forgetBindGroups();
  }

  destroy(): void {
    this.faults.close();
    this.device.destroy();
  }
}

function collectStorages(value: unknown, into: Set<Storage>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if ('storage' in value) into.add((value as Tensor).storage);
  else for (const member of Object.values(value)) collectStorages(member, into);
}
