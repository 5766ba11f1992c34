// A file on a server, read range by range and tried again where a transfer fails. Nothing is stored.
import { AppError } from '../errors.ts';
import { checkLength, checkRange } from '../load/range.ts';
import { memoryFile } from '../load/memory-source.ts';
import type { SourceFile } from '../load/source.ts';
import { contentLength, rangeHeader, requireContentRange } from './content-range.ts';
import type { Network } from './network.ts';
import { persistently } from './persistently.ts';
import { send, type Reply } from './send.ts';

/** A file that the server does not give in ranges is held in memory up to this size. */
const largestWhole = 64 * 2 ** 20;

export interface RangedFileOptions {
  readonly network: Network;
  readonly url: string;
  readonly name: string;
  /** As sentences name it. */
  readonly subject: string;
  readonly size: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The first bytes, where they are known already. */
  readonly beginning?: Uint8Array<ArrayBuffer>;
  /** The error of an answer that is neither 200 nor 206. */
  refuse(reply: Reply): AppError | Promise<AppError>;
}

export function rangedFile(options: RangedFileOptions): SourceFile {
  const { network, url, name, subject, size, beginning = new Uint8Array(0) } = options;
  let whole: SourceFile | null = null;
  const file: SourceFile = {
    name,
    size,
    async read(start, end, signal) {
      signal?.throwIfAborted();
      checkRange(file, start, end);
      if (whole !== null) return whole.read(start, end, signal);
      if (end <= beginning.length) return beginning.slice(start, end);
      if (start === end) return new Uint8Array(0);
      return persistently(network, { signal }, async () => {
        const headers = { ...options.headers, ...rangeHeader(start, end) };
        const reply = await send(network, url, { subject, headers, signal });
        try {
          if (reply.status === 200) {
            whole = memoryFile(name, await readWhole(reply, subject, size));
            return await whole.read(start, end, signal);
          }
          if (reply.status !== 206) throw await options.refuse(reply);
          checkSize(subject, size, requireContentRange(reply, subject, start).size);
          const bytes = (await reply.bytes(end - start)) ?? new Uint8Array(0);
          checkLength(subject, start, end, bytes.length);
          return bytes;
        } finally {
          await reply.hangUp();
        }
      });
    },
  };
  return file;
}

/** The body of an answer that ignores ranges. */
export async function readWhole(reply: Reply, subject: string, size: number | null): Promise<Uint8Array<ArrayBuffer>> {
  const announced = contentLength(reply);
  const bytes = (announced ?? 0) > largestWhole ? null : await reply.bytes(largestWhole);
  if (bytes === null) {
    throw new AppError(
      'SourceError',
      `The server sends ${subject} only as a whole, and it is larger than ${largestWhole / 2 ** 20} MB. ` +
        'Use a server that supports range requests, or load the files from disk.',
    );
  }
  if (announced !== null) checkLength(subject, 0, announced, bytes.length);
  if (size !== null) checkSize(subject, size, bytes.length);
  return bytes;
}

function checkSize(subject: string, expected: number, found: number): void {
  if (found === expected) return;
  throw new AppError(
    'SourceError',
    `${subject} changed while it was being read (${found} bytes instead of ${expected}); load the model again.`,
  );
}
