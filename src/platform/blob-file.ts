// A File of the browser, dropped or stored by this page, as a file of a model.
import { AppError } from '../errors.ts';
import { checkLength, checkRange } from '../load/range.ts';
import type { SourceFile } from '../load/source.ts';

/** `gone`: the sentence for a file that was there when it was opened, and cannot be read any more. */
export function blobFile(name: string, blob: File, gone: string): SourceFile {
  const file: SourceFile = {
    name,
    size: blob.size,
    async read(start, end, signal) {
      signal?.throwIfAborted();
      checkRange(file, start, end);
      const buffer = await blob
        .slice(start, end)
        .arrayBuffer()
        .catch((cause: unknown) => {
          throw new AppError('SourceError', gone, { cause });
        });
      signal?.throwIfAborted();
      checkLength(name, start, end, buffer.byteLength);
      return new Uint8Array(buffer);
    },
  };
  return file;
}
