// How much work goes to the GPU in one submission: about 30 ms of it, so that whatever else wants the GPU (the page's own
// frames), and whoever presses Stop, waits no longer. How fast a GPU is shows while it works.

/**
 * Seconds that a submission should take; shorter ones tell little, as handing over takes its own time. Kernels differ in
 * speed, so some take twice as long.
 */
const aim = 0.03;
const tellsEnough = aim / 4;

export class Pacer {
  /** Seconds of the longest submission so far; set it back to 0 to begin anew. */
  longest = 0;
  /** Multiplications a second; at first those of a slow one. */
  private speed = 2e10;
  private pending = 0;
  /** When the first of what is pending was submitted. */
  private since: number | null = null;
  private lastDone = 0;
  /** What was done since the speed was learned last, and since when the GPU has been busy with it. */
  private done = { work: 0, since: 0 };

  /** Times in milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** `work`: multiplications that are to be encoded. Whether what is pending must be submitted before. */
  isFull(work: number): boolean {
    this.learn();
    return this.pending > 0 && this.pending + work > this.speed * aim;
  }

  add(work: number): void {
    this.pending += work;
  }

  /** In how many about equal portions so much work should be encoded, each for a submission. */
  portions(work: number): number {
    this.learn();
    return Math.max(1, Math.ceil(work / (this.speed * aim)));
  }

  /** Part of what is pending was submitted. */
  flushed(): void {
    this.since ??= this.now();
  }

  /** Nothing is pending: somebody waits for what was submitted, or nobody wants it any more. */
  begin(): void {
    this.pending = 0;
    this.since = null;
  }

  /** Call where what is encoded is submitted, and the result when the GPU is done with it. */
  submitted(): () => void {
    const work = this.pending;
    const start = this.since ?? this.now();
    this.begin();
    return () => {
      const now = this.now();
      if (start > this.lastDone) {
        this.learn();
        this.done = { work: 0, since: start }; // it was idle before
      }
      // Submissions run one after the other.
      this.longest = Math.max(this.longest, (now - Math.max(start, this.lastDone)) / 1000);
      this.lastDone = now;
      this.done.work += work;
    };
  }

  /**
   * Only when the speed is asked for: news of several submissions may come in the same instant, the first of them late, and
   * say nothing one by one.
   */
  private learn(): void {
    const { work, since } = this.done;
    const seconds = (this.lastDone - since) / 1000;
    if (work === 0 || seconds < tellsEnough) return;
    this.speed = Math.min(4 * this.speed, Math.max(this.speed / 4, work / seconds));
    this.done = { work: 0, since: this.lastDone };
  }
}
