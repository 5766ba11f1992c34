// A model folder behind a URL, read by HTTP ranges. Opening a file fetches its beginning, which tells size and kind and
// usually holds the whole header.
import { AppError } from '../errors.ts';
import { checkLength, checkRange } from '../load/range.ts';
import { memoryFile } from '../load/memory-source.ts';
import type { Source, SourceFile } from '../load/source.ts';

const firstRead = 65_536;
/** A file that the server does not give in ranges is held in memory up to this size. */
const largestWhole = 64 * 2 ** 20;

export function httpSource(url: string): Source {
  const folder = new URL(url, globalThis.location?.href);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  const name = decodeURIComponent(folder.pathname.split('/').at(-2) ?? '') || folder.host;
  return { name, open: (fileName, signal) => openFile(fileUrl(folder, fileName), fileName, signal) };
}

function fileUrl(folder: URL, name: string): URL {
  const url = new URL(encodeURIComponent(name), folder);
  url.search = folder.search;
  return url;
}

async function openFile(url: URL, name: string, signal?: AbortSignal): Promise<SourceFile | null> {
  const response = await request(url, 0, firstRead, signal);
  // A development server answers unknown paths with the app's page.
  const isPage = /^text\/html/i.test(response.headers.get('content-type') ?? '');
  if (response.status === 404 || response.status === 410 || (response.ok && isPage)) {
    await response.body?.cancel();
    return null;
  }
  if (response.status === 206) return rangedFile(url, name, response, signal);
  if (response.status === 200) return memoryFile(name, await readWhole(url, response, signal));
  await response.body?.cancel();
  // An empty file has no range to give.
  if (response.status === 416 && response.headers.get('content-range') === 'bytes */0') {
    return memoryFile(name, new Uint8Array(0));
  }
  throw unexpectedStatus(url, response);
}

async function rangedFile(url: URL, name: string, first: Response, signal?: AbortSignal): Promise<SourceFile> {
  const size = sizeOf(url, first, 0);
  const beginning = await bodyOf(url, first, signal);
  checkLength(url.href, 0, Math.min(size, firstRead), beginning.length);
  const file: SourceFile = {
    name,
    size,
    async read(start, end, readSignal) {
      readSignal?.throwIfAborted();
      checkRange(file, start, end);
      if (end <= beginning.length) return beginning.slice(start, end);
      if (start === end) return new Uint8Array(0);
      const response = await request(url, start, end, readSignal);
      if (response.status !== 206) {
        await response.body?.cancel();
        throw unexpectedStatus(url, response);
      }
      if (sizeOf(url, response, start) !== size) {
        await response.body?.cancel();
        throw new AppError('SourceError', `${url.href} changed while it was being read; load the model again.`);
      }
      const bytes = await bodyOf(url, response, readSignal);
      checkLength(url.href, start, end, bytes.length);
      return bytes;
    },
  };
  return file;
}

async function request(url: URL, start: number, end: number, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers: { Range: `bytes=${start}-${end - 1}` }, ...(signal && { signal }) });
  } catch (error) {
    throw networkFailure(url, error, signal);
  }
}

async function bodyOf(url: URL, response: Response, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw networkFailure(url, error, signal);
  }
}

async function readWhole(url: URL, response: Response, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const tooLarge = () =>
    new AppError(
      'SourceError',
      `The server sends ${url.href} only as a whole, and it is larger than ${largestWhole / 2 ** 20} MB. ` +
        'Use a server that supports range requests, or load the files from disk.',
    );
  const announced = Number(response.headers.get('content-length') ?? 0);
  const reader = response.body?.getReader();
  if (announced > largestWhole) {
    await reader?.cancel();
    throw tooLarge();
  }
  for (;;) {
    const chunk = await reader?.read().catch((error: unknown) => {
      throw networkFailure(url, error, signal);
    });
    if (chunk === undefined || chunk.done) break;
    parts.push(chunk.value);
    size += chunk.value.length;
    if (size > largestWhole) {
      await reader?.cancel();
      throw tooLarge();
    }
  }
  // With a content encoding the announced length is that of the encoded bytes.
  if (announced > 0 && response.headers.get('content-encoding') === null) checkLength(url.href, 0, announced, size);
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** The file's size, from a Content-Range that must begin where it was asked to. */
function sizeOf(url: URL, response: Response, start: number): number {
  const range = response.headers.get('content-range');
  const match = /^bytes (\d+)-\d+\/(\d+)$/.exec(range ?? '');
  if (match !== null && Number(match[1]) === start) return Number(match[2]);
  const found =
    range === null ? 'no Content-Range header (or does not expose it to pages)' : `Content-Range "${range}"`;
  throw new AppError(
    'SourceError',
    `The server answers a range request for ${url.href} with ${found}, but "bytes ${start}-…/size" is expected. ` +
      'Use another server, or load the files from disk.',
  );
}

function unexpectedStatus(url: URL, response: Response): AppError {
  const hint =
    response.status === 401 || response.status === 403
      ? 'Access is refused: log in or use a public model'
      : 'Try again later';
  const status = `${response.status} ${response.statusText}`.trim();
  return new AppError('SourceError', `The server answers ${status} for ${url.href}. ${hint}.`);
}

function networkFailure(url: URL, error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted || error instanceof AppError) return error;
  const offline = globalThis.navigator?.onLine === false;
  const reason = offline
    ? 'This device is offline: connect it, or load the files from disk.'
    : 'Check the address and the connection; a server of another site must allow requests from pages (CORS).';
  return new AppError('SourceError', `${url.href} cannot be fetched. ${reason}`, { cause: error });
}
