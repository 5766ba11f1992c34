// One HTTP request and its answer. A transfer that breaks off or goes silent is a TransientError; what a status means is
// decided elsewhere.
import type { Network } from './network.ts';
import { TransientError } from './persistently.ts';

export interface Reply {
  readonly status: number;
  /** '503 Service Unavailable'. */
  readonly statusLine: string;
  readonly headers: Headers;
  /** Where the answer came from after all redirects. */
  readonly url: string;
  /** The body as it arrives. Leaving the loop hangs up. */
  chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>>;
  /** The whole body. Null where it is longer than `longest` bytes. */
  bytes(longest?: number): Promise<Uint8Array<ArrayBuffer> | null>;
  hangUp(): Promise<void>;
}

export interface SendOptions {
  /** What is fetched, as sentences name it. */
  readonly subject: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export async function send(network: Network, url: string, options: SendOptions): Promise<Reply> {
  const { headers = {}, signal } = options;
  const watch = watchdog(network.silence, signal);
  const failed = (error: unknown): unknown => {
    watch.stop();
    if (signal?.aborted) return signal.reason;
    return new TransientError(sentenceOf(network, options.subject, watch.barked()), { cause: error });
  };
  watch.feed();
  let response: Response;
  try {
    // What is stored once shall not fill the HTTP cache as well; who is logged in there is none of our business.
    response = await network.fetch(url, { headers, signal: watch.signal, cache: 'no-store', credentials: 'omit' });
  } catch (error) {
    throw failed(error);
  }
  watch.rest();

  async function* chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const reader = response.body?.getReader();
    if (!reader) return;
    let ended = false;
    try {
      for (;;) {
        watch.feed();
        const { done, value } = await reader.read();
        watch.rest();
        if (done) break;
        yield value;
      }
      ended = true;
    } catch (error) {
      ended = true;
      throw failed(error);
    } finally {
      if (!ended) await reader.cancel().catch(() => undefined);
      watch.stop();
    }
  }

  return {
    status: response.status,
    statusLine: `${response.status} ${response.statusText}`.trim(),
    headers: response.headers,
    url: response.url === '' ? url : response.url,
    chunks,
    async bytes(longest = Infinity) {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      let size = 0;
      for await (const chunk of chunks()) {
        size += chunk.length;
        if (size > longest) return null;
        parts.push(chunk);
      }
      return new Uint8Array(await new Blob(parts).arrayBuffer());
    },
    async hangUp() {
      watch.stop();
      await response.body?.cancel().catch(() => undefined);
    },
  };
}

function sentenceOf(network: Network, what: string, silent: boolean): string {
  const subject = what.replace(/^the /, 'The ');
  if (silent) return `${subject} cannot be fetched. The server sent nothing for ${network.silence / 1000} s.`;
  if (!network.online()) {
    return `${subject} cannot be fetched. This device is offline: connect it, or load the files from disk.`;
  }
  return (
    `${subject} cannot be fetched. Check the address and the connection; a server of another site must allow ` +
    'requests from pages (CORS).'
  );
}

/** Aborts its signal when it is not fed for so many milliseconds. */
function watchdog(milliseconds: number, signal: AbortSignal | undefined) {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let barked = false;
  const abort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const rest = (): void => clearTimeout(timer);
  return {
    signal: controller.signal,
    barked: () => barked,
    rest,
    feed(): void {
      rest();
      timer = setTimeout(() => {
        barked = true;
        controller.abort();
      }, milliseconds);
    },
    stop(): void {
      rest();
      signal?.removeEventListener('abort', abort);
    },
  };
}
