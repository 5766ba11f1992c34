// Dawn's bindings for Node wait for the GPU by asking again at every turn of the event loop (setImmediate), which keeps
// a core busy. A GPU does not mind; a software driver computes on that very core: without this, reading 64 tokens took
// 1.5 to 1.9 times as long on two cores. So a wait asks at every turn at first, and after a while every millisecond.

/** Milliseconds: short waits, as those of one token on a GPU, end without a timer's delay. */
const eager = 2;

type Tick = () => void;

/** Whether a function is one of an addon, as Dawn's are: JavaScript's own have a source. */
const isNative = (callback: unknown): callback is Tick => String(callback).endsWith('{ [native code] }');

let installed = false;

/** Dawn looks setImmediate up anew each time. Everybody else's calls go on as before. */
export function pollPatiently(): void {
  if (installed) return;
  installed = true;
  const immediately = globalThis.setImmediate;
  let waitingSince = 0;
  let ticking = false;

  const tick = (callback: Tick): void => {
    ticking = true;
    try {
      callback();
    } finally {
      ticking = false;
    }
  };
  const later = (callback: Tick): void => {
    // Asked for from outside of a tick, it is the first of a wait.
    if (!ticking) waitingSince = performance.now();
    if (performance.now() - waitingSince < eager) immediately(tick, callback);
    else setTimeout(tick, 1, callback);
  };
  const replacement = (callback: (...given: unknown[]) => void, ...given: unknown[]): unknown =>
    isNative(callback) ? later(callback) : immediately(callback, ...given);
  globalThis.setImmediate = Object.assign(replacement, immediately) as typeof setImmediate;
}
