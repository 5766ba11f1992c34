// Why a hub refuses, in sentences: no such model, gated, private, an unknown revision, a token that is
// not enough, or something else that the hub may name itself.
import { AppError } from '../errors.ts';
import { hostOf, type HubAddress } from './address.ts';
import { hasToken, withoutToken, type RequestHeaders } from './credentials.ts';
import { ownWords } from './own-words.ts';
import { TransientError } from './persistently.ts';
import type { Reply } from './send.ts';
import { passingStatus } from './status.ts';

export interface Asked {
  readonly address: HubAddress;
  /** As they were sent. */
  readonly headers: RequestHeaders;
  /** Null for the list of files. */
  readonly file: string | null;
}

/** As sentences name it. */
export const subjectOf = ({ address, file }: Pick<Asked, 'address' | 'file'>): string =>
  file === null ? `the list of files of ${address.id}` : `${file} of ${address.id}`;

/** The error of an answer that is neither 200 nor 206; what the hub says of it may be read from its body. */
export async function refusal(reply: Reply, asked: Asked): Promise<AppError> {
  const { endpoint, id, revision } = asked.address;
  const subject = subjectOf(asked);
  const passing = passingStatus(reply, subject);
  if (passing !== null) return passing;
  const code = reply.headers.get('x-error-code');
  switch (code) {
    case 'GatedRepo':
      return gated(asked);
    case 'RepoNotFound':
      return notFound(asked);
    case 'DisabledRepo':
      return new AppError('SourceError', `${hostOf(endpoint)} has disabled ${id}; it cannot be downloaded any more.`);
    case 'RevisionNotFound':
      return new AppError(
        'SourceError',
        `${id} has no revision "${revision}". Give one of its branches, tags or commits: see ${endpoint}/${id}.`,
      );
    default:
  }
  const stayed = new URL(reply.url).origin === new URL(endpoint).origin;
  if (!stayed && (reply.status === 401 || reply.status === 403)) {
    // Links into the storage behind a hub expire; the next request gets a new one.
    return new TransientError(`The server answers ${reply.statusLine} for ${subject}. Try again later.`);
  }
  if (reply.status === 401 || reply.status === 403) {
    const words = await ownWords(reply);
    // Mirrors pass on the hub's sentence, not always its code: "Access to model … is restricted and you are not in …".
    if (words !== null && /\bis (gated|restricted)\b/i.test(words)) return gated(asked);
    if (reply.status === 403) return forbidden(asked, words);
    return hasToken(asked.headers) ? badToken(asked) : notFound(asked);
  }
  if (reply.status === 404 && asked.file === null) return notFound(asked);
  const meaning = reply.status === 404 || reply.status === 410 ? 'It was listed a moment ago; try again' : 'Try again';
  return new AppError('SourceError', `The server answers ${reply.statusLine} for ${subject}. ${meaning} later.`);
}

function gated({ address: { endpoint, id }, headers }: Asked): AppError {
  const page = `${endpoint}/${id}`;
  if (!hasToken(headers)) {
    return new AppError(
      'AccessError',
      `${id} is gated: its owner gives it only to people who accept the terms. Log in at ${page}, accept them, ` +
        `make an access token that may read (${endpoint}/settings/tokens), and enter the token here.`,
    );
  }
  return new AppError(
    'AccessError',
    `The access token may not read ${id}. Open ${page} with the account of the token and accept the terms (some owners ` +
      `take days to approve), and check at ${endpoint}/settings/tokens that the token may read gated models.`,
  );
}

/** A token without the right, an account without it, or a network that lets nobody through. */
function forbidden({ address: { endpoint, id }, headers }: Asked, words: string | null): AppError {
  const said = words === null ? '' : ` and says: "${withoutToken(words, headers)}"`;
  const refused = `${hostOf(endpoint)} answers 403 Forbidden for ${id}${said}.`;
  return hasToken(headers)
    ? new AppError(
        'AccessError',
        `${refused} The access token has no right to read it: check at ${endpoint}/settings/tokens what it may read, or ` +
          'make another one.',
      )
    : new AppError(
        'AccessError',
        `${refused} Where only some accounts may read it, enter an access token of one (${endpoint}/settings/tokens). ` +
          'A network that blocks this hub answers like this, too.',
      );
}

/** Without a token a hub does not tell a private model from one that does not exist. */
function notFound({ address: { endpoint, id }, headers }: Asked): AppError {
  const missing = `${hostOf(endpoint)} has no model ${id}`;
  return hasToken(headers)
    ? new AppError('SourceError', `${missing} that the access token may see. Check the spelling: owner/name.`)
    : new AppError(
        'AccessError',
        `${missing}, or it is private. Check the spelling (owner/name); for a private model enter an access token ` +
          `(${endpoint}/settings/tokens).`,
      );
}

function badToken({ address: { endpoint } }: Asked): AppError {
  return new AppError(
    'AccessError',
    `${hostOf(endpoint)} does not accept the access token. It may be mistyped, expired or revoked; make a new one at ` +
      `${endpoint}/settings/tokens, or leave it out for a public model.`,
  );
}
