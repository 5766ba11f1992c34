// The most JavaScript memory that a job held above what there was before it: objects, and the bytes of array buffers,
// which lie outside of V8's heap. Garbage counts until it is collected, as it does in a browser's task manager.

export interface MemorySample {
  readonly heapUsed: number;
  /** Array buffers included. */
  readonly external: number;
}

export class HeapMeter {
  private readonly baseline: number;
  private most = 0;

  /** Collect garbage before. */
  constructor(private readonly memory: () => MemorySample) {
    this.baseline = this.total();
  }

  /** Call wherever much may be held: after each read, at each step. */
  sample(): void {
    this.most = Math.max(this.most, this.total() - this.baseline);
  }

  get peakBytes(): number {
    return this.most;
  }

  private total(): number {
    const { heapUsed, external } = this.memory();
    return heapUsed + external;
  }
}
