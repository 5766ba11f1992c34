// What a hub itself says of a refusal: in a header, else as "error" of a JSON answer. Pages of proxies are not quoted.
import type { Reply } from './send.ts';

const longestBody = 65_536;
const longestQuote = 240;

/** On one line, cut off where it is long; null where it says nothing. */
export async function ownWords(reply: Reply): Promise<string | null> {
  const said = reply.headers.get('x-error-message') ?? (await errorIn(reply)) ?? '';
  const line = said.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line === '') return null;
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line;
}

async function errorIn(reply: Reply): Promise<string | null> {
  if (!/json/i.test(reply.headers.get('content-type') ?? '')) return null;
  try {
    const body = await reply.bytes(longestBody);
    const answer: unknown = JSON.parse(new TextDecoder().decode(body ?? undefined));
    const { error }: { error?: unknown } = typeof answer === 'object' && answer !== null ? answer : {};
    return typeof error === 'string' ? error : null;
  } catch {
    // The refusal stands, whatever becomes of its explanation.
    return null;
  }
}
