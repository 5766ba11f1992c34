// GPU errors arrive later than the call that caused them. They are caught in error scopes around each submission and
// raised, as typed errors, by the next call that waits for the GPU.
import { AppError } from '../errors.ts';

export class Faults {
  private readonly pending = new Set<Promise<void>>();
  private first: AppError | null = null;
  private closing = false;
  /** What the current submission allocated, for the sentence about running out of memory. */
  private allocated: { label: string; bytes: number }[] = [];

  constructor(private readonly device: GPUDevice) {
    device.addEventListener('uncapturederror', ({ error }) => this.record(asAppError(error, [])));
    void device.lost.then(({ reason, message }) => {
      if (this.closing) return;
      this.first = new AppError(
        'DeviceLostError',
        `The graphics device was lost (${message || reason}). Nothing you typed is lost: load the model again to go on.`,
      );
    });
    this.openScopes();
  }

  allocation(label: string, bytes: number): void {
    if (this.allocated.length < 64) this.allocated.push({ label, bytes });
  }

  /** Called with each submission: what was recorded in the scopes belongs to it. */
  nextSubmission(): void {
    const allocated = this.allocated;
    this.allocated = [];
    const scopes = scopeFilters.map(() => this.device.popErrorScope());
    const gravest = Promise.all(scopes).then((errors) => {
      const found = errors.flatMap((error) => (error ? [asAppError(error, allocated)] : []));
      return found.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
    });
    this.watch(gravest);
    this.openScopes();
  }

  watch(error: Promise<AppError | null>): void {
    const settled = error
      .then((found) => found && this.record(found))
      .catch(() => undefined) // a lost device rejects its scopes; device.lost tells why
      .then(() => void this.pending.delete(settled));
    this.pending.add(settled);
  }

  /** Throws the first error that has arrived. */
  raise(): void {
    if (!this.first) return;
    const error = this.first;
    // A lost device stays lost; any other error belongs to one job.
    if (error.name !== 'DeviceLostError') this.first = null;
    throw error;
  }

  /** Waits for the verdict on everything submitted, then throws the first error. */
  async settle(): Promise<void> {
    await Promise.all(this.pending);
    this.raise();
  }

  /** Waits for the verdict on everything submitted and forgets it: the job it belonged to has failed already. */
  async drain(): Promise<void> {
    await Promise.all(this.pending);
    if (this.first?.name !== 'DeviceLostError') this.first = null;
  }

  close(): void {
    this.closing = true;
  }

  private openScopes(): void {
    for (const filter of scopeFilters) this.device.pushErrorScope(filter);
  }

  private record(error: AppError): void {
    if (!this.first || rank(error) > rank(this.first)) this.first = error;
  }
}

const scopeFilters = ['internal', 'out-of-memory', 'validation'] as const;

/** One fault brings others with it: the gravest is the cause, and validation errors are what follows. */
const rank = (error: AppError): number =>
  ['GpuError', 'ShaderError', 'OutOfMemoryError', 'DeviceLostError'].indexOf(error.name);

function asAppError(error: GPUError, allocated: readonly { label: string; bytes: number }[]): AppError {
  if (!(error instanceof GPUOutOfMemoryError)) return new AppError('GpuError', `WebGPU reported: ${error.message}`);
  const total = allocated.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = allocated.toSorted((a, b) => b.bytes - a.bytes)[0];
  return new AppError(
    'OutOfMemoryError',
    largest
      ? `The GPU has no room for another ${Math.ceil(total / 1e6)} MB (the largest part: ${largest.label}, ${Math.ceil(largest.bytes / 1e6)} MB). Use a shorter text or a smaller model.`
      : `The GPU ran out of memory. Use a shorter text or a smaller model. (${error.message})`,
  );
}
