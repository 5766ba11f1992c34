// What a status means beside success: 429 and 5xx pass, and may say when.
import { TransientError } from './persistently.ts';
import type { Reply } from './send.ts';

/** The TransientError of that answer; null where asking again would not help. */
export function passingStatus(reply: Reply, subject: string, now = Date.now()): TransientError | null {
  const { status, headers } = reply;
  const askedWait = waitOf(headers, now);
  if (status === 429) {
    const sentence = `The server answers ${reply.statusLine} for ${subject}: it was asked too often.`;
    // Limits are counted in minutes, and pages cannot read when they end unless the server exposes it.
    return new TransientError(sentence, { askedWait, firstWait: 5000 });
  }
  if (status !== 408 && status !== 425 && status < 500) return null;
  return new TransientError(`The server answers ${reply.statusLine} for ${subject}. Try again later.`, { askedWait });
}

/** Milliseconds: Retry-After in seconds or as a date, or the end of the window in RateLimit ("api";r=0;t=55). */
function waitOf(headers: Headers, now: number): number | null {
  const retryAfter = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const window = /(?:^|;)\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '');
  return window ? Number(window[1]) * 1000 : null;
}
