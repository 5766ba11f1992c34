// Tries again what may succeed the next time: cut transfers, busy servers. Bounded in attempts and in time.
import { AppError } from '../errors.ts';
import type { Network } from './network.ts';

/** A failure that may pass. Its message is the sentence for the user should it not. */
export class TransientError extends AppError {
  /** Milliseconds that the server asks to wait; null where it does not say. */
  readonly askedWait: number | null;
  /** Milliseconds before the second attempt where the server does not say; doubled every time. */
  readonly firstWait: number;

  constructor(
    message: string,
    options: ErrorOptions & { readonly askedWait?: number | null; readonly firstWait?: number } = {},
  ) {
    super('SourceError', message, options);
    this.askedWait = options.askedWait ?? null;
    this.firstWait = options.firstWait ?? 500;
  }
}

const longestWait = 60_000;
/** A server that asks for more than this gets its way, but without us waiting. */
const longestAskedWait = 120_000;

export interface Persistence {
  readonly signal?: AbortSignal | undefined;
  /** Before each wait. The sentence tells what happened. */
  readonly onWait?: ((sentence: string) => void) | undefined;
  /** In a row without anything arriving. */
  readonly attempts?: number;
}

/** `attempt` calls `onProgress` when something arrived that need not be fetched again; the count begins anew then. */
export async function persistently<Result>(
  network: Network,
  { signal, onWait, attempts = 6 }: Persistence,
  attempt: (onProgress: () => void) => Promise<Result>,
): Promise<Result> {
  let failures = 0;
  let started = false;
  const onProgress = (): void => {
    failures = 0;
    started = true;
  };
  for (;;) {
    try {
      return await attempt(onProgress);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      failures += 1;
      const milliseconds = error.askedWait ?? Math.min(longestWait, error.firstWait * 2 ** (failures - 1));
      // A connection that was there may come back; without one from the start the user should know at once.
      if (!started && !network.online()) throw error;
      if (failures >= attempts) throw finalError(error, `${attempts} attempts in a row failed.`);
      if (milliseconds > longestAskedWait) {
        throw finalError(error, `It asks to wait ${Math.ceil(milliseconds / 60_000)} minutes; try again then.`);
      }
      onWait?.(`${error.message} Trying again in ${Math.max(1, Math.round(milliseconds / 1000))} s.`);
      await network.wait(milliseconds, signal);
    }
  }
}

function finalError(error: TransientError, addition: string): TransientError {
  return new TransientError(`${error.message} ${addition}`, { cause: error.cause ?? error });
}
