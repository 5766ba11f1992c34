// Files that were dropped or chosen, with their relative paths. The model folder is the one that holds config.json or
// safetensors weights.
import { AppError } from '../errors.ts';
import type { Source } from '../load/source.ts';
import { blobFile } from './blob-file.ts';

export interface DroppedFile {
  readonly path: string;
  readonly file: File;
}

export function droppedSource(name: string, dropped: readonly DroppedFile[]): Source {
  const paths = dropped.map(({ path, file }) => ({ path: path.replace(/\\/g, '/').replace(/^(\.?\/)+/, ''), file }));
  const root = findRoot(paths.map(({ path }) => path));
  const files = new Map(
    paths.flatMap(({ path, file }) => (folderOf(path) === root ? [[path.slice(root.length), file] as const] : [])),
  );
  return {
    name: root.split('/').at(-2) ?? name,
    async open(fileName, signal) {
      signal?.throwIfAborted();
      const file = files.get(fileName);
      return file === undefined ? null : blobFile(fileName, file, gone(fileName));
    },
    list: async () => [...files.keys()],
  };
}

/** 'a/b/' of 'a/b/c', '' of 'c'. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function findRoot(paths: readonly string[]): string {
  const candidates = new Map<string, number>();
  for (const path of paths) {
    const isConfig = /(^|\/)config\.json$/.test(path);
    if (!isConfig && !path.endsWith('.safetensors')) continue;
    candidates.set(folderOf(path), (candidates.get(folderOf(path)) ?? 0) + (isConfig ? 2 : 1));
  }
  const depth = (folder: string) => folder.split('/').length;
  // The shallowest folder, and among equals the one with a config.json: subfolders often hold other exports.
  const [root] = [...candidates].toSorted(([a, scoreA], [b, scoreB]) => depth(a) - depth(b) || scoreB - scoreA);
  if (root !== undefined) return root[0];
  throw new AppError(
    'SourceError',
    `Among the ${paths.length} files there is no config.json and no .safetensors file. Drop the folder of a model.`,
  );
}

const gone = (name: string): string =>
  `${name} cannot be read any more; it was changed, moved or deleted. Drop the folder again.`;
