// One piece of a file: asked for as a range, written as it arrives, asked for again from where it was cut off. A server
// that sends the whole file instead, or another version of it, is noticed here.
import { AppError } from '../errors.ts';
import { contentLength, contentRange, rangeHeader, requireContentRange } from './content-range.ts';
import type { DownloadRun } from './download-run.ts';
import type { FileDownload } from './file-download.ts';
import { formatBytes } from './format-bytes.ts';
import { persistently, TransientError } from './persistently.ts';
import { missingFrom, type Range } from './ranges.ts';
import { refusal, subjectOf } from './refusal.ts';
import { fileUrl } from './remote-url.ts';
import { send, type Reply } from './send.ts';

/** A file whose checksum is known may change its tag, as mirrors do, this often before the checksum alone decides. */
const mostChanges = 2;

export async function fetchPiece(run: DownloadRun, state: FileDownload, piece: Range): Promise<void> {
  const { network, address, commit, headers } = run;
  const signal = AbortSignal.any([run.signal, state.attempt.signal]);
  const { file } = state;
  const asked = { address, headers, file: file.path };
  const subject = subjectOf(asked);
  const url = fileUrl(address, commit, file.path);
  await persistently(network, { signal, onWait: run.report }, async (onProgress) => {
    const [rest] = missingFrom(state.done, piece);
    if (!rest) return;
    const reply = await send(network, url, { subject, headers: { ...headers, ...rangeHeader(...rest) }, signal });
    try {
      if (reply.status !== 200 && reply.status !== 206) throw await unexpected(reply, state, asked);
      checkVersion(run, state, reply);
      const [start, end] = extentOf(reply, state, rest, subject);
      state.ranged = reply.status === 206;
      state.asking = false;
      run.wake();
      await take(run, state, reply, [start, end], onProgress);
    } finally {
      await reply.hangUp();
    }
    const [left] = missingFrom(state.done, piece);
    if (left) throw new TransientError(`The transfer of ${subject} broke off at byte ${left[0]} of ${file.size}.`);
  });
}

async function take(
  run: DownloadRun,
  state: FileDownload,
  reply: Reply,
  [start, end]: Range,
  onProgress: () => void,
): Promise<void> {
  let at = start;
  for await (const chunk of reply.chunks()) {
    if (at + chunk.length > end) throw wrongLength(state, 'sends more than that');
    const fresh = await state.write(at, chunk);
    at += chunk.length;
    run.meter.add(fresh);
    if (fresh > 0) onProgress();
    run.report();
    await run.journal.count(fresh);
  }
}

/** Which bytes the body will hold. */
function extentOf(reply: Reply, state: FileDownload, [start, end]: Range, subject: string): Range {
  const { size, checksum } = state.file;
  if (reply.status === 200) {
    const length = contentLength(reply);
    if (length !== null && length !== size) throw wrongLength(state, `sends ${length} bytes${kindOf(reply)}`);
    return [0, size];
  }
  // Not every server lets pages read the range; where a checksum follows, that does no harm.
  const unseen = checksum !== null && contentRange(reply) === null && !reply.headers.has('content-range');
  if (unseen) return [start, end];
  const range = requireContentRange(reply, subject, start);
  if (range.size !== size) throw wrongLength(state, `announces ${range.size} bytes`);
  return [start, range.end];
}

function checkVersion(run: DownloadRun, state: FileDownload, reply: Reply): void {
  const etag = reply.headers.get('etag')?.replace(/^W\//, '') ?? null;
  state.etag ??= etag;
  if (etag === null || etag === state.etag) return;
  if (state.changed === mostChanges) {
    if (state.file.checksum !== null) return;
    const sentence = `${state.file.path} of ${run.address.id} changes on the server while it is fetched. Try again later.`;
    throw new AppError('SourceError', sentence);
  }
  state.changed += 1;
  run.meter.remove(state.restart(etag));
  throw new TransientError(`${state.file.path} changed on the server.`);
}

async function unexpected(reply: Reply, state: FileDownload, asked: Parameters<typeof refusal>[1]): Promise<AppError> {
  if (reply.status !== 416) return refusal(reply, asked);
  const size = /^bytes \*\/(\d+)$/.exec(reply.headers.get('content-range') ?? '')?.[1];
  return wrongLength(state, size === undefined ? 'says that it is shorter' : `has ${size} bytes of it`);
}

function wrongLength({ file }: FileDownload, found: string): AppError {
  return new AppError(
    'SourceError',
    `${file.path} should have ${file.size} bytes (${formatBytes(file.size)}) by the hub's list, but the server ${found}. ` +
      'It is not the listed file; try again later, or over another network.',
  );
}

function kindOf(reply: Reply): string {
  const isPage = /^text\/html/i.test(reply.headers.get('content-type') ?? '');
  return isPage ? ' of a web page (perhaps one to log in to this network)' : '';
}
