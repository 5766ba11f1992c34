// A folder on disk that is filled with new files, each written from its beginning to its end.
import { mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export interface NodeFile {
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Files of the same name are replaced. */
export async function newNodeFolder(path: string): Promise<{ create(name: string): Promise<NodeFile> }> {
  const folder = resolve(path);
  await mkdir(folder, { recursive: true });
  return {
    async create(name) {
      const handle = await open(join(folder, name), 'w');
      return {
        // Writes all of it, however many calls that takes.
        append: (bytes) => handle.writeFile(bytes),
        close: () => handle.close(),
      };
    },
  };
}
