// What was dropped onto the page or chosen in a file dialog: a model folder, as a location the session can open, or an
// image.
import type { ModelLocation } from '../session/session.ts';

interface FoundFile {
  readonly path: string;
  readonly file: File;
}

/** Null when something other than files was dropped. */
export type Dropped =
  | { readonly kind: 'model'; readonly location: ModelLocation }
  | { readonly kind: 'image'; readonly file: File; readonly others: number }
  | null;

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

const belongsToModel = ({ path }: FoundFile): boolean => /\.(json|safetensors)$/i.test(path);

/** A folder is a model, and so are files among which is one of a model's; whatever else is loose is meant as an image. */
function meant(files: readonly FoundFile[], folders: boolean): Dropped {
  const location = locationOf(files);
  if (!location) return null;
  if (folders || files.some(belongsToModel)) return { kind: 'model', location };
  const first = files.find(({ file }) => file.type.startsWith('image/')) ?? files[0]!;
  return { kind: 'image', file: first.file, others: files.length - 1 };
}

/** Entries must be taken before the drop event has ended. */
export async function dropped(items: Iterable<DataTransferItem>): Promise<Dropped> {
  let folders = false;
  const found = [...items].map(async (item): Promise<FoundFile[]> => {
    const entry = item.webkitGetAsEntry();
    folders ||= entry?.isDirectory ?? false;
    if (entry) return filesUnder(entry);
    // Files that scripts put into a drop have no entry.
    const file = item.getAsFile();
    return file ? [{ path: file.name, file }] : [];
  });
  const files = await Promise.all(found);
  return meant(files.flat(), folders);
}

export const chosenModel = (files: Iterable<File>): ModelLocation | null =>
  locationOf([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
