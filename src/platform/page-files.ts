// Files of the app itself, by their address relative to the page.
import { AppError } from '../errors.ts';

/** @throws SourceError where the server does not have it, or cannot be reached. */
export async function openFile(address: string): Promise<Blob> {
  const url = new URL(address, document.baseURI).href;
  const answer = await fetch(url).catch((cause: unknown) => {
    throw new AppError('SourceError', `${url} cannot be reached. Is the server still running?`, { cause });
  });
  if (!answer.ok) throw new AppError('SourceError', `${url} is not there: the server answered ${answer.status}.`);
  return answer.blob();
}
