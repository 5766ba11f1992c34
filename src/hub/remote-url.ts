// Where a hub keeps a file.
import type { HubAddress } from './address.ts';

/** `revision` is best the commit, so that all files are of one version. */
export function fileUrl({ endpoint, id }: HubAddress, revision: string, path: string): string {
  return `${endpoint}/${id}/resolve/${encodeURIComponent(revision)}/${encodeURIComponent(path)}`;
}
