// A Source over bytes that are already in memory.
import { checkRange } from './range.ts';
import type { Source, SourceFile } from './source.ts';

export function memoryFile(name: string, bytes: Uint8Array): SourceFile {
  const file: SourceFile = {
    name,
    size: bytes.length,
    async read(start, end, signal) {
      signal?.throwIfAborted();
      checkRange(file, start, end);
      // A copy, because a reader may keep or transfer what it gets.
      return new Uint8Array(bytes.subarray(start, end));
    },
  };
  return file;
}

export function memorySource(files: ReadonlyMap<string, Uint8Array>, name = 'memory'): Source {
  return {
    name,
    async open(fileName, signal) {
      signal?.throwIfAborted();
      const bytes = files.get(fileName);
      return bytes === undefined ? null : memoryFile(fileName, bytes);
    },
    list: async () => [...files.keys()],
  };
}
