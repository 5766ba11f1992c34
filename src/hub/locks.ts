// One writer a model, over all tabs. Pages use the Web Locks API; this is the interface, and locks within one process.

export type Release = () => void;

export interface Locks {
  /** Waits for its turn; `onWait` is called where that is not at once. */
  acquire(name: string, options?: { readonly signal?: AbortSignal | undefined; onWait?(): void }): Promise<Release>;
  /** Null where somebody else has it. */
  tryAcquire(name: string): Promise<Release | null>;
}

export function processLocks(): Locks {
  const queues = new Map<string, (() => void)[]>();
  const releaseOf = (name: string): Release => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = queues.get(name)?.shift();
      if (next) next();
      else queues.delete(name);
    };
  };
  const tryAcquire = (name: string): Release | null => {
    if (queues.has(name)) return null;
    queues.set(name, []);
    return releaseOf(name);
  };
  return {
    tryAcquire: async (name) => tryAcquire(name),
    async acquire(name, { signal, onWait } = {}) {
      signal?.throwIfAborted();
      const release = tryAcquire(name);
      if (release) return release;
      onWait?.();
      return new Promise((resolve, reject) => {
        const queue = queues.get(name)!;
        const turn = (): void => {
          signal?.removeEventListener('abort', leave);
          resolve(releaseOf(name));
        };
        const leave = (): void => {
          queue.splice(queue.indexOf(turn), 1);
          reject(signal?.reason as Error);
        };
        queue.push(turn);
        signal?.addEventListener('abort', leave, { once: true });
      });
    },
  };
}

export async function withLock<Result>(
  locks: Locks,
  name: string,
  options: { readonly signal?: AbortSignal | undefined; onWait?(): void },
  run: () => Promise<Result>,
): Promise<Result> {
  const release = await locks.acquire(name, options);
  try {
    return await run();
  } finally {
    release();
  }
}
