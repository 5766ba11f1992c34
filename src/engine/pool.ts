// GPU buffers by size class, handed out oldest first: equal work then meets the same buffers on every repeat, and the
// bind groups made for them stay valid.
import { AppError } from '../errors.ts';

export interface Storage {
  readonly id: number;
  readonly buffer: GPUBuffer;
  readonly bytes: number;
  lastUse: number;
}

let nextId = 1;

/** A buffer for tensors; throws OutOfMemoryError where it exceeds the device's limit. */
export function createStorage(device: GPUDevice, bytes: number, label: string): Storage {
  if (bytes > device.limits.maxBufferSize) {
    throw new AppError(
      'OutOfMemoryError',
      `${label} needs ${megabytes(bytes)}, but a buffer on this GPU holds at most ${megabytes(device.limits.maxBufferSize)}. ` +
        `Use a shorter text or a smaller model.`,
    );
  }
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  return { id: nextId++, buffer: device.createBuffer({ label, size: bytes, usage }), bytes, lastUse: 0 };
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** Multiples of 256 bytes, eight classes per power of two: at most an eighth is wasted, and classes stay few. */
export function sizeClass(bytes: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(Math.max(1, bytes))) - 3));
  return Math.max(step, Math.ceil(bytes / step) * step);
}

export class Pool {
  /** Bytes handed out and not yet given back. */
  liveBytes = 0;
  peakBytes = 0;
  /** Bytes of all buffers that exist. */
  totalBytes = 0;
  /** Buffers ever created: must not grow while decoding. */
  created = 0;
  private readonly free = new Map<number, Storage[]>();
  private round = 0;

  constructor(private readonly device: GPUDevice) {}

  /** Would a buffer have to be made that goes beyond the limit, while others lie unused? */
  exceeds(bytes: number, limit: number): boolean {
    const size = sizeClass(bytes);
    if (this.free.get(size)?.length || this.totalBytes === this.liveBytes) return false;
    return this.totalBytes + size > limit;
  }

  take(bytes: number, label: string): Storage {
    const size = sizeClass(bytes);
    let storage = this.free.get(size)?.shift();
    if (!storage) {
      storage = createStorage(this.device, size, label);
      this.totalBytes += size;
      this.created++;
    }
    storage.lastUse = this.round;
    this.liveBytes += size;
    this.peakBytes = Math.max(this.peakBytes, this.liveBytes);
    return storage;
  }

  give(storage: Storage): void {
    this.liveBytes -= storage.bytes;
    const list = this.free.get(storage.bytes);
    if (list) list.splice(list.findLastIndex(({ id }) => id < storage.id) + 1, 0, storage);
    else this.free.set(storage.bytes, [storage]);
  }

  /** Call between jobs: destroys what the last few jobs did not use. Returns whether anything went. */
  trim(keepRounds = 4): boolean {
    this.round++;
    let went = false;
    for (const [size, list] of this.free) {
      const kept = list.filter((storage) => {
        if (storage.lastUse + keepRounds > this.round) return true;
        storage.buffer.destroy();
        this.totalBytes -= size;
        went = true;
        return false;
      });
      if (kept.length > 0) this.free.set(size, kept);
      else this.free.delete(size);
    }
    return went;
  }

  destroy(): void {
    for (const list of this.free.values()) for (const storage of list) storage.buffer.destroy();
    this.free.clear();
    this.totalBytes = this.liveBytes;
  }
}
