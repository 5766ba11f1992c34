// Who holds which buffer. Tensors come out of the pool and go back when the scope around them ends, unless they are kept;
// weights and caches stand outside. What the device cannot bind is refused here.
import { AppError } from '../errors.ts';
import type { Faults } from './faults.ts';
import { Pool, createStorage, type Storage } from './pool.ts';
import type { Tensor } from './tensor.ts';

/** The Gpu. */
interface Owner {
  readonly poolLimit: number;
  purge(): void;
}

export class Memory {
  readonly pool: Pool;
  /** What the innermost scope gives back; null outside of all. */
  private members: Set<Storage> | null = null;

  constructor(
    private readonly device: GPUDevice,
    private readonly faults: Pick<Faults, 'allocation'>,
    private readonly owner: Owner,
  ) {
    this.pool = new Pool(device);
  }

  allocate(rows: number, width: number, label: string): Tensor {
    const bytes = Math.max(4, rows * width * 4);
    this.checkBinding(bytes, label);
    if (this.pool.exceeds(bytes, this.owner.poolLimit)) this.owner.purge();
    const before = this.pool.created;
    const storage = this.pool.take(bytes, label);
    if (this.pool.created > before) this.faults.allocation(label, bytes);
    this.members?.add(storage);
    return { storage, rows, width };
  }

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

  /** Call the result with what the scope returns: the scope around it gives that back. */
  private openScope(): <Result>(result: Result) => Result {
    const outer = this.members;
    const members = new Set<Storage>();
    this.members = members;
    return (result) => {
      const returned = new Set<Storage>();
      collectStorages(result, returned);
      for (const storage of members) {
        if (returned.has(storage)) outer?.add(storage);
        else this.pool.give(storage);
      }
      this.members = outer;
      return result;
    };
  }

  release({ storage }: Tensor): void {
    if (this.members?.delete(storage)) this.pool.give(storage);
  }

  keep({ storage }: Tensor): void {
    this.members?.delete(storage);
  }

  discard({ storage }: Tensor): void {
    this.pool.give(storage);
  }
}

function collectStorages(value: unknown, into: Set<Storage>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if ('storage' in value) into.add((value as Tensor).storage);
  else for (const member of Object.values(value)) collectStorages(member, into);
}
