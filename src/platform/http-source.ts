// A model folder behind a URL, read by HTTP ranges. Opening a file fetches its beginning, which tells size and kind and
// usually holds the whole header.
import { AppError } from '../errors.ts';
import { rangeHeader, requireContentRange } from '../hub/content-range.ts';
import { systemNetwork, type Network } from '../hub/network.ts';
import { persistently } from '../hub/persistently.ts';
import { rangedFile, readWhole } from '../hub/ranged-file.ts';
import { send, type Reply } from '../hub/send.ts';
import { passingStatus } from '../hub/status.ts';
import { memoryFile } from '../load/memory-source.ts';
import { checkLength } from '../load/range.ts';
import type { Source, SourceFile } from '../load/source.ts';

const firstRead = 65_536;
/** Opening: whoever mistyped an address shall not wait long. */
const attempts = 3;

export function httpSource(url: string, network: Network = systemNetwork()): Source {
  const folder = new URL(url, globalThis.location?.href);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  const name = decodeURIComponent(folder.pathname.split('/').at(-2) ?? '') || folder.host;
  return { name, open: (fileName, signal) => openFile(network, fileUrl(folder, fileName), fileName, signal) };
}

function fileUrl(folder: URL, name: string): string {
  const url = new URL(encodeURIComponent(name), folder);
  url.search = folder.search;
  return url.href;
}

async function openFile(network: Network, url: string, name: string, signal?: AbortSignal): Promise<SourceFile | null> {
  return persistently(network, { signal, attempts }, async () => {
    const reply = await send(network, url, { subject: url, headers: rangeHeader(0, firstRead), signal });
    try {
      return await fileOf(network, url, name, reply);
    } finally {
      await reply.hangUp();
    }
  });
}

async function fileOf(network: Network, url: string, name: string, reply: Reply): Promise<SourceFile | null> {
  const { status, headers } = reply;
  // A development server answers unknown paths with the app's page.
  const isPage = /^text\/html/i.test(headers.get('content-type') ?? '');
  if (status === 404 || status === 410 || ((status === 200 || status === 206) && isPage)) return null;
  if (status === 200) return memoryFile(name, await readWhole(reply, url, null));
  // An empty file has no range to give.
  if (status === 416 && headers.get('content-range') === 'bytes */0') return memoryFile(name, new Uint8Array(0));
  if (status !== 206) throw unexpectedStatus(url, reply);
  const { size } = requireContentRange(reply, url, 0);
  const beginning = (await reply.bytes(firstRead)) ?? new Uint8Array(0);
  checkLength(url, 0, Math.min(size, firstRead), beginning.length);
  return rangedFile({ network, url, name, subject: url, size, beginning, refuse: (r) => unexpectedStatus(url, r) });
}

function unexpectedStatus(url: string, reply: Reply): AppError {
  const passing = passingStatus(reply, url);
  if (passing !== null) return passing;
  const hint =
    reply.status === 401 || reply.status === 403
      ? 'Access is refused: log in or use a public model'
      : 'Try again later';
  return new AppError('SourceError', `The server answers ${reply.statusLine} for ${url}. ${hint}.`);
}
