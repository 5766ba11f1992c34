// What a repository holds, at one commit: later requests name that commit, so that all files belong together.
import { AppError } from '../errors.ts';
import type { Json, JsonObject } from '../models/model.ts';
import type { HubAddress } from './address.ts';
import { isChecksum, type Checksum } from './checksum.ts';
import type { RequestHeaders } from './credentials.ts';
import type { Network } from './network.ts';
import { persistently, type Persistence } from './persistently.ts';
import { refusal, subjectOf } from './refusal.ts';
import { send, type Reply } from './send.ts';

export interface RemoteFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Null where the hub states none. */
  readonly checksum: Checksum | null;
}

export interface RemoteModel {
  readonly address: HubAddress;
  readonly commit: string;
  /** Of the top folder. */
  readonly files: readonly RemoteFile[];
}

export interface Access extends Persistence {
  readonly network: Network;
  readonly headers: RequestHeaders;
}

const longestList = 64 * 2 ** 20;

export async function listModel(address: HubAddress, access: Access): Promise<RemoteModel> {
  const { endpoint, id, revision } = address;
  const url = `${endpoint}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const info = asObject((await getJson(url, address, access)).json);
  const commit = info?.['sha'];
  const siblings = info?.['siblings'];
  if (typeof commit !== 'string' || !/^[\w-]{7,64}$/.test(commit) || !Array.isArray(siblings)) {
    throw foreignAnswer(address);
  }
  const files = siblings.flatMap((sibling) => topFile(asObject(sibling), 'rfilename', 'blobId', 'sha256') ?? []);
  const complete = files.every(({ size }) => Number.isSafeInteger(size));
  return { address, commit, files: complete ? files : await listTree(address, commit, access) };
}

/** The longer way for hubs that list names only: pages of the folder. */
async function listTree(address: HubAddress, commit: string, access: Access): Promise<RemoteFile[]> {
  const { endpoint, id } = address;
  const first = `${endpoint}/api/models/${id}/tree/${encodeURIComponent(commit)}`;
  const files: RemoteFile[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const { json, reply } = await getJson(`${first}${query}`, address, access);
    if (!Array.isArray(json)) throw foreignAnswer(address);
    files.push(...json.flatMap((entry) => topFile(asObject(entry), 'path', 'oid', 'oid') ?? []));
    cursor = nextCursor(reply);
  }
  if (files.every(({ size }) => Number.isSafeInteger(size))) return files;
  throw foreignAnswer(address);
}

/** The link itself may lead to another origin, which a mirror's visitors do not want to meet. */
function nextCursor(reply: Reply): string | null {
  const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(reply.headers.get('link') ?? '');
  if (!link) return null;
  const cursor = new URL(link[1]!, reply.url).searchParams.get('cursor');
  return cursor === '' ? null : cursor;
}

function topFile(entry: JsonObject | null, pathKey: string, blobKey: string, lfsKey: string): RemoteFile | null {
  const path = entry?.[pathKey];
  if (!entry || typeof path !== 'string' || path === '' || path.includes('/')) return null;
  if (entry['type'] !== undefined && entry['type'] !== 'file') return null;
  const lfs = asObject(entry['lfs']);
  const hash = lfs ? `sha256:${String(lfs[lfsKey] ?? lfs['oid'])}` : `git-sha1:${String(entry[blobKey])}`;
  const size = lfs?.['size'] ?? entry['size'];
  return { path, size: typeof size === 'number' && size >= 0 ? size : NaN, checksum: isChecksum(hash) ? hash : null };
}

async function getJson(url: string, address: HubAddress, access: Access): Promise<{ json: Json; reply: Reply }> {
  const { network, headers, signal } = access;
  const asked = { address, headers, file: null };
  return persistently(network, access, async () => {
    const reply = await send(network, url, { subject: subjectOf(asked), headers, signal });
    if (reply.status !== 200) {
      const error = await refusal(reply, asked);
      await reply.hangUp();
      throw error;
    }
    const bytes = await reply.bytes(longestList);
    try {
      return { json: JSON.parse(new TextDecoder().decode(bytes ?? undefined)) as Json, reply };
    } catch (cause) {
      throw foreignAnswer(address, cause);
    }
  });
}

function foreignAnswer({ endpoint, id }: HubAddress, cause?: unknown): AppError {
  return new AppError(
    'SourceError',
    `${endpoint} does not answer like a model hub when asked for the files of ${id}. Check the endpoint; a network that ` +
      'asks to log in first answers like this, too.',
    { cause },
  );
}

function asObject(value: Json | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}
