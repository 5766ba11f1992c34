// Drops all weights of a stored model but its converted ones of one format.
import { AppError } from '../errors.ts';
import { formatOfFile, isConverted, isOriginal } from './converted-names.ts';
import type { Disk } from './disk.ts';
import { manifestName, writeRecord, type Manifest, type StoredFile } from './records.ts';

/** First the manifest, then the files: a page that is closed in between leaves files that nobody knows, and no gaps. */
export async function keepOnly(disk: Disk, folder: string, model: Manifest, format: string): Promise<void> {
  const { address, commit, storedAt, files } = model;
  const sizes = await disk.files(folder);
  // What is damaged can be made again, but only of the weights that would be deleted.
  const isKept = (file: StoredFile): boolean =>
    isConverted(file) && formatOfFile(file.name) === format && sizes.get(file.name) === file.size;
  if (!files.some(isKept)) {
    throw new AppError(
      'UsageError',
      `${address.id} has no ${format} version on this device. Open it as ${format} first.`,
    );
  }
  const kept = files.filter((file) => isKept(file) || !(isConverted(file) || isOriginal(file)));
  const manifest: Manifest = { address, commit, storedAt, files: kept };
  await disk.replaceText(folder, manifestName, writeRecord(manifest));
  for (const file of files) if (!kept.includes(file)) await disk.removeFile(folder, file.name);
}
