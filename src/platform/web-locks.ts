// Locks over all tabs of this site. The browser frees those of a page that is closed or crashes.
import type { Locks, Release } from '../hub/locks.ts';

export function webLocks(manager: LockManager): Locks {
  const tryAcquire = (name: string): Promise<Release | null> => held(manager, name, { ifAvailable: true });
  return {
    tryAcquire,
    async acquire(name, { signal, onWait } = {}) {
      signal?.throwIfAborted();
      const release = await tryAcquire(name);
      if (release) return release;
      onWait?.();
      return (await held(manager, name, signal ? { signal } : {}))!;
    },
  };
}

/** The API holds a lock while a function runs; here it is held until it is released. */
function held(manager: LockManager, name: string, options: LockOptions): Promise<Release | null> {
  return new Promise((resolve, reject) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      if (lock !== null) return new Promise((release) => resolve(release));
      resolve(null);
      return undefined;
    };
    manager.request(name, options, hold).catch(reject);
  });
}
