// Progress of one total: bytes, a smoothed speed, and the time left by it.

export interface Measured {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Null before anything was measured. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

/** Seconds over which the speed is averaged: long enough to be readable, short enough to follow a change. */
const memory = 4;
/** Samples shorter than this, in milliseconds, would measure buffers. */
const shortestSample = 250;

export class Meter {
  private readonly totalBytes: number;
  private doneBytes: number;
  private readonly now: () => number;
  private sampleStart: number;
  private sampleBytes = 0;
  /** Weighted sums: the average of the first seconds is not pulled to 0 by a past that did not exist. */
  private weightedSpeed = 0;
  private weight = 0;

  /** `now`: milliseconds. `doneBytes` were there before, so they say nothing about the speed. */
  constructor(totalBytes: number, doneBytes: number, now: () => number) {
    this.totalBytes = totalBytes;
    this.doneBytes = doneBytes;
    this.now = now;
    this.sampleStart = now();
  }

  add(bytes: number): void {
    this.doneBytes += bytes;
    this.sampleBytes += bytes;
    this.sample();
  }

  /** What was fetched but has to be fetched again. */
  remove(bytes: number): void {
    this.doneBytes -= bytes;
  }

  read(): Measured {
    this.sample();
    const { doneBytes, totalBytes } = this;
    const bytesPerSecond = this.weight > 0 ? this.weightedSpeed / this.weight : null;
    const left = totalBytes - doneBytes;
    const secondsLeft = left === 0 ? 0 : bytesPerSecond ? left / bytesPerSecond : null;
    return { doneBytes, totalBytes, bytesPerSecond, secondsLeft };
  }

  private sample(): void {
    const elapsed = this.now() - this.sampleStart;
    if (elapsed < shortestSample) return;
    const kept = Math.exp(-elapsed / 1000 / memory);
    this.weightedSpeed = this.weightedSpeed * kept + (1 - kept) * (this.sampleBytes / (elapsed / 1000));
    this.weight = this.weight * kept + (1 - kept);
    this.sampleStart += elapsed;
    this.sampleBytes = 0;
  }
}
