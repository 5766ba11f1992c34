// What the hub needs of the outside world to send requests. Injected, so that tests cut, delay and forge.

export interface Network {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Resolves after so many milliseconds; rejects with the signal's reason when that aborts first. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** False only where the device surely has no connection. */
  online(): boolean;
  /** Milliseconds without a byte after which a transfer counts as dead. */
  readonly silence: number;
}

/** The platform's own network: of a page, a worker or Node. */
export function systemNetwork(fetch: Network['fetch'] = (url, init) => globalThis.fetch(url, init)): Network {
  return {
    fetch,
    wait,
    now: () => performance.now(),
    online: () => globalThis.navigator?.onLine !== false,
    silence: 30_000,
  };
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
