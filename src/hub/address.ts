// Addresses of models on a hub: owner/name, owner/name@revision, or a page of the hub.
import { AppError } from '../errors.ts';

export interface HubAddress {
  /** Origin, and path where the hub is not at the root of its server; without a slash at the end. */
  readonly endpoint: string;
  /** owner/name. */
  readonly id: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

export const defaultEndpoint = 'https://huggingface.co';
/** Pages of these hosts name models of whatever endpoint is set: a mirror holds the same models. */
const publicHosts = new Set(['huggingface.co', 'www.huggingface.co', 'hf.co']);
const idPattern = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;

/** Null where that is no address of a hub: another site's URL, a relative path. */
export function parseHubAddress(typed: string, endpoint = defaultEndpoint): HubAddress | null {
  const text = typed.trim();
  const hub = checkEndpoint(endpoint);
  const page = pageOf(text, hub);
  if (page !== null) return addressOfPage(page, text, hub);
  const [id = '', revision = 'main', ...rest] = text.split('@');
  if (!idPattern.test(id) || rest.length > 0) return null;
  return { endpoint: hub, id, revision: checkRevision(revision, text) };
}

/** The endpoint as addresses hold it. Throws a sentence where it cannot be one. */
export function checkEndpoint(typed: string): string {
  const url = URL.canParse(typed.trim()) ? new URL(typed.trim()) : null;
  const plain = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (plain && (url.protocol === 'https:' || url.protocol === 'http:')) {
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  }
  throw new AppError(
    'UsageError',
    `"${typed}" cannot be the address of a model hub. Give one like ${defaultEndpoint}, without user name and query.`,
  );
}

/** One name for everything that is stored of that address. */
export function keyOf({ endpoint, id, revision }: HubAddress): string {
  return `${hostOf(endpoint)}/${id}@${revision}`;
}

/** The endpoint as sentences name it. */
export function hostOf(endpoint: string): string {
  return endpoint.replace(/^https?:\/\//, '');
}

/** The address of a page in a hub; null where the text is no such address. */
function pageOf(text: string, hub: string): URL | null {
  const withScheme = /^(www\.)?(huggingface\.co|hf\.co)\//.test(text) ? `https://${text}` : text;
  if (!/^https?:\/\//i.test(withScheme) || !URL.canParse(withScheme)) return null;
  const url = new URL(withScheme);
  if (publicHosts.has(url.hostname)) return url;
  const { origin, pathname } = new URL(hub);
  const inside = url.origin === origin && `${url.pathname}/`.startsWith(pathname.replace(/\/*$/, '/'));
  if (!inside) return null;
  url.pathname = url.pathname.slice(pathname.replace(/\/$/, '').length);
  return url;
}

function addressOfPage(page: URL, text: string, endpoint: string): HubAddress {
  const parts = page.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodePart);
  const [owner = '', name = '', view, revision = 'main', ...path] = parts;
  if (['datasets', 'spaces', 'collections', 'papers'].includes(owner)) {
    throw new AppError('UsageError', `${text} is no model but in "${owner}". Give the page of a model: owner/name.`);
  }
  const id = `${owner}/${name}`;
  if (!idPattern.test(id)) {
    throw new AppError('UsageError', `${text} names no model. Give the page of a model: ${endpoint}/owner/name.`);
  }
  if (view === undefined) return { endpoint, id, revision: 'main' };
  const views = ['tree', 'blob', 'resolve', 'raw', 'commit'];
  // A file of the top folder stands for its model; a folder inside is another thing.
  const known = views.includes(view) && path.length <= (view === 'tree' || view === 'commit' ? 0 : 1);
  if (known) return { endpoint, id, revision: checkRevision(revision, text) };
  throw new AppError(
    'UsageError',
    `${text} leads to a part of ${id}, but models are read from the top folder of a repository. ` +
      `Give ${endpoint}/${id} or ${endpoint}/${id}/tree/REVISION.`,
  );
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function checkRevision(revision: string, text: string): string {
  if (/^[\w.][\w./+-]{0,127}$/.test(revision) && !revision.includes('..')) return revision;
  throw new AppError('UsageError', `${text}: "${revision}" is no revision. Give a branch, a tag or a commit.`);
}
