// A model folder that was dropped onto the page or chosen in a file dialog, as a location the session can open.
import type { ModelLocation } from '../session/session.ts';

interface FoundFile {
  readonly path: string;
  readonly file: File;
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/** readEntries hands out a hundred at a time and ends with an empty list. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return children;
    children.push(...some);
  }
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

async function filesUnder(entry: FileSystemEntry): Promise<FoundFile[]> {
  if (!isFolder(entry)) return [{ path: entry.fullPath, file: await fileOf(entry as FileSystemFileEntry) }];
  return (await Promise.all((await childrenOf(entry)).map(filesUnder))).flat();
}

function locationOf(files: readonly FoundFile[]): ModelLocation | null {
  if (files.length === 0) return null;
  const relative = files.map(({ path, file }) => ({ path: path.replace(/^\/+/, ''), file }));
  const folder = relative[0]?.path.split('/').slice(0, -1)[0];
  return { kind: 'files', name: folder ?? 'local files', files: relative };
}

/** Null when something other than files was dropped. Entries must be taken before the drop event has ended. */
export function droppedModel(items: Iterable<DataTransferItem>): Promise<ModelLocation | null> {
  const found = [...items].map(async (item): Promise<FoundFile[]> => {
    const entry = item.webkitGetAsEntry();
    if (entry) return filesUnder(entry);
    // Files that scripts put into a drop have no entry.
    const file = item.getAsFile();
    return file ? [{ path: file.name, file }] : [];
  });
  return Promise.all(found).then((files) => locationOf(files.flat()));
}

export const chosenModel = (files: Iterable<File>): ModelLocation | null =>
  locationOf([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
