// The one owner of a GPU device: allocates, runs kernels by name, submits, reads back. Knows no op and no model.
import { Commands, type Buffers, type Grid, type Values } from './commands.ts';
import { requestDevice, type DeviceDescription, type DeviceOptions } from './device.ts';
import { Faults } from './faults.ts';
import type { Kernel } from './kernel.ts';
import { lanesOf, type Lanes } from './lanes.ts';
import { Memory } from './memory.ts';
import { Pacer } from './pacer.ts';
import type { Pipelines } from './pipelines.ts';
import type { Pool, Storage } from './pool.ts';
import { Profile, canProfile, type DispatchTime } from './profile.ts';
import { ReadBack } from './read-back.ts';
import { bytesOf, type Tensor } from './tensor.ts';
import { Tuning } from './tuning.ts';

export { gridOf, type Grid } from './commands.ts';

type Numbers = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

export class Gpu {
  readonly pool: Pool;
  readonly pipelines: Pipelines;
  /** What was chosen for it by measurement. */
  readonly tuning: Tuning;
  /** Kernels run since the device was made. */
  dispatches = 0;
  submits = 0;
  /** A weight shard stays below this; tests force it down so that tiny models are sharded. */
  bindingCap: number;
  /** Beyond so many bytes of pooled buffers, those that nobody holds go before new ones are made. */
  poolLimit = Infinity;
  /** Whether long work is cut into submissions. What is only counted, or timed by itself, is not. */
  paced = true;
  private readonly faults: Faults;
  private readonly memory: Memory;
  private readonly commands: Commands;
  private readonly readBack: ReadBack;
  readonly pacer = new Pacer();
  private readonly underWay: Promise<void>[] = [];

  private constructor(
    readonly device: GPUDevice,
    readonly description: DeviceDescription,
    readonly lanes: Lanes,
  ) {
    this.faults = new Faults(device);
    this.memory = new Memory(device, this.faults, this);
    this.pool = this.memory.pool;
    this.tuning = new Tuning(lanes);
    this.bindingCap = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
    this.commands = new Commands(device, this.faults, () => this.flush());
    this.pipelines = this.commands.pipelines;
    this.readBack = new ReadBack(device);
  }

  /** @throws NoGpuError where there is no adapter. */
  static async create(gpu: GPU | undefined, options?: DeviceOptions): Promise<Gpu> {
    const { device, description } = await requestDevice(gpu, options);
    return new Gpu(device, description, options?.lanes ?? lanesOf(device, options?.asGpu));
  }

  /** Seconds of the processor, from the first command of each submission to its last. */
  get encodeSeconds(): number {
    return this.commands.encodeSeconds;
  }

  /** Seconds of the processor to hand submissions over. */
  get submitSeconds(): number {
    return this.commands.submitSeconds;
  }

  /** A matrix of f32 or u32 with arbitrary contents, given back when the scope around it ends. */
  allocate(rows: number, width: number, label: string): Tensor {
    return this.memory.allocate(rows, width, label);
  }

  /** A buffer outside the pool that lives until the caller destroys it: weights, caches. */
  allocateForever(bytes: number, label: string): Storage {
    return this.memory.allocateForever(bytes, label);
  }

  upload(data: Numbers, rows: number, width: number, label: string): Tensor {
    const tensor = this.allocate(rows, width, label);
    this.write(tensor.storage, 0, data);
    return tensor;
  }

  /** Copies bytes into a buffer. Kernels that are encoded but not submitted run first: the copy never overtakes them. */
  write(storage: Storage, byteOffset: number, data: Numbers | Uint8Array<ArrayBuffer>): void {
    this.flush();
    this.device.queue.writeBuffer(storage.buffer, byteOffset, data);
  }

  clear(tensor: Tensor): void {
    this.commands.outsidePass().clearBuffer(tensor.storage.buffer, 0, bytesOf(tensor));
  }

  /**
   * Encodes one dispatch. Buffers and params are given by the names the WGSL declares. `work`: its multiplications, where
   * they may take long. What was encoded before is submitted where the two together would take the GPU too long (pacer.ts).
   */
  run(kernel: Kernel, buffers: Buffers, params: Values, grid: Grid, work = 0): void {
    if (work > 0 && this.paced) {
      if (this.pacer.isFull(work)) this.handOver();
      this.pacer.add(work);
    }
    this.commands.dispatch(kernel, buffers, params, grid);
    this.dispatches++;
  }

  /** Submits what is encoded. */
  flush(): void {
    if (!this.commands.submit()) return;
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

  /** Submits, and notes when the GPU is done with it. */
  private handOver(): void {
    this.flush();
    const done = this.pacer.submitted();
    this.underWay.push(this.device.queue.onSubmittedWorkDone().then(done, done));
  }

  /**
   * Waits while more than two submissions are under way: the GPU never idles between them, and what is queued can be waited
   * for when someone presses Stop. What is encoded between two calls, a block of a model at most, is queued at once.
   */
  async breathe(): Promise<void> {
    while (this.underWay.length > 2) await this.underWay.shift();
    this.faults.raise();
  }

  /** The same, after submitting what is encoded. */
  async pace(): Promise<void> {
    this.handOver();
    await this.breathe();
  }

  /**
   * Cuts `count` rows or heads, of so many multiplications each, into about equal portions that a submission has room for,
   * rounded up to whole steps: [first, count].
   */
  portions(count: number, workOfEach: number, step = 1): readonly (readonly [first: number, count: number])[] {
    const wanted = this.paced ? Math.min(count, this.pacer.portions(count * workOfEach)) : 1;
    if (wanted <= 1) return [[0, count]];
    const size = Math.ceil(count / wanted / step) * step;
    return Array.from({ length: Math.ceil(count / size) }, (_, i) => [i * size, Math.min(size, count - i * size)]);
  }

  /** Runs the body, every dispatch timed by the GPU; null, and nothing is run, where the adapter has no timestamps. */
  async timeDispatches(body: () => Promise<void>): Promise<readonly DispatchTime[] | null> {
    if (!canProfile(this.device)) return null;
    this.flush();
    const profile = (this.commands.profile = new Profile(this.device));
    try {
      await body();
      profile.putAside(this.commands.outsidePass());
      await this.settle();
      return await profile.read();
    } finally {
      this.flush();
      this.commands.profile = null;
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
    const arrival = this.readBack.copy(tensor, this.commands.outsidePass());
    this.flush();
    this.pacer.begin();
    try {
      return await arrival();
    } finally {
      // A fault of the GPU is the cause of a failure here, and the error to throw.
      await this.faults.settle();
    }
  }

  /** Gives back everything allocated inside, except what the body returns (a tensor, or an array or record of them). */
  scope<Result>(body: () => Result): Result {
    return this.memory.scope(body);
  }

  scopeAsync<Result>(body: () => Promise<Result>): Promise<Result> {
    return this.memory.scopeAsync(body);
  }

  /** Gives one tensor of the current scope back early. */
  release(tensor: Tensor): void {
    this.memory.release(tensor);
  }

  /** Takes a tensor out of its scope: it lives until `discard`. */
  keep(tensor: Tensor): Tensor {
    this.memory.keep(tensor);
    return tensor;
  }

  discard(tensor: Tensor): void {
    this.memory.discard(tensor);
  }

  /** Between jobs: lets go of buffers that the last few jobs did not use. */
  trim(): void {
    this.flush();
    this.pacer.begin();
    if (this.pool.trim()) this.pipelines.forgetBindGroups();
  }

  /**
   * After a job has failed on the GPU: waits until its last error is known, so that none reaches the next job, and lets
   * go of every buffer that nobody holds, since some of them may be none.
   */
  async recover(): Promise<void> {
    this.flush();
    this.pacer.begin();
    this.faults.nextSubmission();
    await this.faults.drain();
    this.purge();
  }

  /** Lets go of every buffer that nobody holds, and of every bind group. */
  purge(): void {
    this.flush();
    this.pool.destroy();
    this.readBack.destroy();
    this.pipelines.forgetBindGroups();
  }

  destroy(): void {
    this.faults.close();
    this.device.destroy();
  }
}
