// The access token of gated and private models. It is held by whoever asks, sent to the endpoint's own origin only
// (fetch drops it from redirects to another origin), and never written into a sentence, a log or a file.
import { AppError } from '../errors.ts';
import type { HubAddress } from './address.ts';

export type RequestHeaders = Readonly<Record<string, string>>;

export function headersFor({ endpoint }: HubAddress, token: string | null | undefined): RequestHeaders {
  const trimmed = token?.trim() ?? '';
  if (trimmed === '') return {};
  // fetch's own message about a malformed header would quote the token.
  if (!/^[\x21-\x7e]{1,512}$/.test(trimmed)) {
    throw new AppError('UsageError', 'The access token holds characters that no token has. Copy it again.');
  }
  const { protocol, hostname } = new URL(endpoint);
  const local = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (protocol !== 'https:' && !local) {
    throw new AppError(
      'UsageError',
      `The access token is not sent to ${endpoint}, because that connection is not encrypted. Use an https address.`,
    );
  }
  return { Authorization: `Bearer ${trimmed}` };
}

/** A server may quote the token; we do not. */
export const withoutToken = (text: string, { Authorization }: RequestHeaders): string =>
  Authorization === undefined ? text : text.replaceAll(Authorization.replace(/^Bearer /, ''), '…');

export const hasToken = (headers: RequestHeaders): boolean => 'Authorization' in headers;
