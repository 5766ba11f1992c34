// Which bytes an answer to a range request holds.
import { AppError } from '../errors.ts';
import type { Reply } from './send.ts';

export interface ContentRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Of the whole file. */
  readonly size: number;
}

/** Null where there is no Content-Range, or where the server does not expose it to pages. */
export function contentRange(reply: Reply): ContentRange | null {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(reply.headers.get('content-range') ?? '');
  return match && { start: Number(match[1]), end: Number(match[2]) + 1, size: Number(match[3]) };
}

/** The range of an answer that must begin at byte `start`. */
export function requireContentRange(reply: Reply, subject: string, start: number): ContentRange {
  const range = contentRange(reply);
  if (range !== null && range.start === start) return range;
  const header = reply.headers.get('content-range');
  const found =
    header === null ? 'no Content-Range header (or does not expose it to pages)' : `Content-Range "${header}"`;
  throw new AppError(
    'SourceError',
    `The server answers a range request for ${subject} with ${found}, but "bytes ${start}-…/size" is expected. ` +
      'Use another server, or load the files from disk.',
  );
}

export const rangeHeader = (start: number, end: number): { readonly Range: string } => ({
  Range: `bytes=${start}-${end - 1}`,
});

/** The length of an uncoded body; null where the server does not say. */
export function contentLength(reply: Reply): number | null {
  const length = reply.headers.get('content-length');
  return length === null || reply.headers.get('content-encoding') !== null ? null : Number(length);
}
