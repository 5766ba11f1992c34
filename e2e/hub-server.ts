// A server that behaves like a model hub, with faults on request: an API that lists files at a commit, small files
// served directly, large ones by a redirect to another origin, ranges, tags, pages of other origins allowed. It speaks
// the hub's protocol as documented; nothing here knows how the app asks.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Repository {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** By revision; every repository has main. */
  readonly commits?: Readonly<Record<string, string>>;
  readonly gated?: boolean;
  /** Files from this size on are in LFS: SHA-256, and served by the storage behind the hub. */
  readonly lfsFrom?: number;
}

export interface Asked {
  readonly host: 'hub' | 'storage';
  readonly method: string;
  readonly url: string;
  /** Of the repository; null for lists and unknown addresses. */
  readonly file: string | null;
  readonly range: string | null;
  readonly authorization: string | null;
  /** How often this file was asked for before, over both hosts' answers with a body. */
  readonly times: number;
}

/** What goes wrong with one answer. */
export interface Fault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection is cut after so many bytes of the body. */
  readonly cutAfter?: number;
  /** So many bytes of the body arrive, then nothing more. */
  readonly stallAfter?: number;
  /** This byte of the file arrives inverted. */
  readonly corrupt?: number;
  /** The size that is announced for the whole file. */
  readonly size?: number;
  readonly etag?: string;
  readonly ignoreRange?: boolean;
  readonly hideRange?: boolean;
  /** Milliseconds before the answer. */
  readonly delay?: number;
  /** Bytes a second. */
  readonly speed?: number;
  readonly body?: string;
}

export interface HubServer {
  readonly endpoint: string;
  /** Origin of the storage behind it. */
  readonly storage: string;
  readonly repositories: Map<string, Repository>;
  /** The only token that opens gated repositories. */
  token: string;
  /** Asked before every answer. */
  fault: (asked: Asked) => Fault | null;
  /** Everything that was asked, in order. */
  readonly log: Asked[];
  /** Listed without sizes, as some compatible servers do: the tree has them, two entries a page. */
  namesOnly: boolean;
  /** Forgets faults, log and counts; the repositories stay. */
  reset(): void;
  close(): Promise<void>;
}

const hashes = new WeakMap<Uint8Array, string>();

/** Computed once for each array: files are served in many pieces, all with their hash as tag. */
export function sha256(bytes: Uint8Array): string {
  const hash = hashes.get(bytes) ?? createHash('sha256').update(bytes).digest('hex');
  hashes.set(bytes, hash);
  return hash;
}

export const gitSha1 = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

export const mainCommit = (repository: Repository): string =>
  repository.commits?.['main'] ??
  createHash('sha1')
    .update([...repository.files].map(([name, bytes]) => name + sha256(bytes)).join())
    .digest('hex');

export async function startHub(): Promise<HubServer> {
  const hub = createServer((request, response) => void answer('hub', request, response));
  const storage = createServer((request, response) => void answer('storage', request, response));
  const origins = await Promise.all([hub, storage].map(listen));
  const times = new Map<string, number>();
  const self: HubServer = {
    endpoint: origins[0]!,
    storage: origins[1]!,
    repositories: new Map(),
    token: 'hf_theOnlyToken',
    fault: () => null,
    log: [],
    namesOnly: false,
    reset() {
      self.fault = () => null;
      self.namesOnly = false;
      self.log.length = 0;
      times.clear();
    },
    close: async () => {
      await Promise.all([hub, storage].map(stop));
    },
  };

  async function answer(host: Asked['host'], request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, origins[host === 'hub' ? 0 : 1]);
    allowPages(request, response, host);
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const place = placeOf(host, url);
    const file = place?.file ?? null;
    const range = request.headers.range ?? null;
    const count = `${host} ${place?.id}/${file}`;
    const asked: Asked = {
      host,
      method: request.method!,
      url: url.href,
      file,
      range,
      authorization: request.headers.authorization ?? null,
      times: times.get(count) ?? 0,
    };
    times.set(count, asked.times + 1);
    self.log.push(asked);
    const fault = self.fault(asked) ?? {};
    if (fault.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delay));
    if (fault.status !== undefined) {
      response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      return;
    }
    if (!place) return refuse(response, 401, 'RepoNotFound');
    const repository = self.repositories.get(place.id);
    if (!repository) return refuse(response, 401, asked.authorization === null ? 'RepoNotFound' : '');
    if (host === 'hub' && asked.authorization !== null && asked.authorization !== `Bearer ${self.token}`) {
      return refuse(response, 401, '');
    }
    const commit = commitOf(repository, place.revision);
    if (commit === null) return refuse(response, 404, 'RevisionNotFound');
    if (place.kind !== 'file')
      return sendJson(response, listing(self.namesOnly, place, repository, commit, url, response));
    const bytes = repository.files.get(place.file!);
    if (!bytes) return refuse(response, 404, 'EntryNotFound');
    if (host === 'hub' && repository.gated && asked.authorization === null) return refuse(response, 401, 'GatedRepo');
    response.setHeader('x-repo-commit', commit);
    if (host === 'hub' && isLfs(repository, bytes)) {
      const target = `${self.storage}/${place.id}/resolve/${commit}/${place.file}?signature=secret`;
      response.setHeader('x-linked-size', bytes.length);
      response.setHeader('x-linked-etag', `"${sha256(bytes)}"`);
      response.writeHead(302, { location: target }).end();
      return;
    }
    await sendFile(response, bytes, range, fault);
  }
  return self;
}

interface Place {
  readonly kind: 'info' | 'tree' | 'file';
  readonly id: string;
  readonly revision: string;
  readonly file: string | null;
}

function placeOf(host: Asked['host'], url: URL): Place | null {
  const api = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/([^/]+)$/.exec(url.pathname);
  if (api && host === 'hub') {
    const kind = api[2] === 'tree' ? 'tree' : 'info';
    return { kind, id: api[1]!, revision: decodeURIComponent(api[3]!), file: null };
  }
  const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/([^/]+)$/.exec(url.pathname);
  if (!file) return null;
  return { kind: 'file', id: file[1]!, revision: decodeURIComponent(file[2]!), file: decodeURIComponent(file[3]!) };
}

function commitOf(repository: Repository, revision: string): string | null {
  const commit = revision === 'main' ? mainCommit(repository) : (repository.commits?.[revision] ?? null);
  return commit ?? (revision === mainCommit(repository) ? revision : null);
}

const isLfs = ({ lfsFrom = 4096 }: Repository, bytes: Uint8Array): boolean => bytes.length >= lfsFrom;

function listing(
  namesOnly: boolean,
  { kind, id }: Place,
  repository: Repository,
  commit: string,
  url: URL,
  response: ServerResponse,
): unknown {
  const entries = [...repository.files].map(([name, bytes]) => ({
    name,
    size: bytes.length,
    blob: gitSha1(bytes),
    lfs: isLfs(repository, bytes) ? { sha256: sha256(bytes), size: bytes.length, pointerSize: 134 } : null,
  }));
  if (kind === 'info') {
    const detailed = url.searchParams.get('blobs') === 'true' && !namesOnly;
    const siblings = entries.map(({ name, size, blob, lfs }) =>
      detailed ? { rfilename: name, size, blobId: blob, ...(lfs && { lfs }) } : { rfilename: name },
    );
    return { id, modelId: id, sha: commit, private: false, gated: repository.gated ? 'manual' : false, siblings };
  }
  const first = Number(url.searchParams.get('cursor') ?? 0);
  const next = `https://elsewhere.example/api/models/${id}/tree/${commit}?cursor=${first + 2}`;
  if (first + 2 < entries.length) response.setHeader('link', `<${next}>; rel="next"`);
  return entries.slice(first, first + 2).map(({ name, size, blob, lfs }) => ({
    type: 'file',
    oid: blob,
    size,
    path: name,
    ...(lfs && { lfs: { oid: lfs.sha256, size, pointerSize: 134 } }),
  }));
}

async function sendFile(
  response: ServerResponse,
  bytes: Uint8Array,
  range: string | null,
  fault: Fault,
): Promise<void> {
  const content = fault.corrupt === undefined ? bytes : Uint8Array.from(bytes);
  if (fault.corrupt !== undefined) content[fault.corrupt]! ^= 0xff;
  const asked = fault.ignoreRange ? null : /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  const size = fault.size ?? content.length;
  const start = asked ? Number(asked[1]) : 0;
  const end = asked?.[2] ? Math.min(Number(asked[2]) + 1, content.length) : content.length;
  response.setHeader('etag', fault.etag ?? `"${sha256(bytes)}"`);
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('content-type', 'application/octet-stream');
  if (asked && start >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  if (asked && !fault.hideRange) response.setHeader('content-range', `bytes ${start}-${end - 1}/${size}`);
  response.setHeader('content-length', asked ? end - start : size);
  response.writeHead(asked ? 206 : 200);
  await sendBody(response, content.subarray(start, end), fault);
}

async function sendBody(response: ServerResponse, body: Uint8Array, fault: Fault): Promise<void> {
  const stop = Math.min(fault.cutAfter ?? Infinity, fault.stallAfter ?? Infinity);
  const step = fault.speed === undefined ? body.length : Math.max(1, Math.floor(fault.speed / 50));
  const wanted = Math.min(body.length, stop);
  for (let at = 0; at < wanted && !response.destroyed; at += step) {
    await new Promise<void>((resolve) => {
      response.write(body.subarray(at, Math.min(at + step, wanted)), () => resolve());
    });
    if (fault.speed !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (fault.stallAfter !== undefined && stop <= body.length) return;
  if (stop >= body.length) response.end();
  else {
    // Not before the other side could read what was sent: a stream that breaks drops what it still holds.
    await new Promise((resolve) => setTimeout(resolve, 20));
    response.destroy();
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  if (code !== '') response.setHeader('x-error-code', code);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: code }));
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
}

/** As the real hub and its storage do. */
function allowPages(request: IncomingMessage, response: ServerResponse, host: Asked['host']): void {
  response.setHeader('access-control-allow-origin', host === 'hub' ? (request.headers.origin ?? '*') : '*');
  const exposed = [
    'ETag',
    'Accept-Ranges',
    'Content-Range',
    'Link',
    'X-Repo-Commit',
    'X-Error-Code',
    'X-Error-Message',
    'X-Linked-Size',
  ];
  response.setHeader('access-control-expose-headers', exposed.join(','));
  response.setHeader('access-control-allow-headers', 'authorization,range');
  response.setHeader('vary', 'Origin');
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
