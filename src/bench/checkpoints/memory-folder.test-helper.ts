// Test helper: a folder in memory that checkpoints are written to, and its files.
import type { NewFolder } from './write-checkpoint.ts';

export function memoryFolder(): { folder: NewFolder; files: () => Map<string, Uint8Array> } {
  const pieces = new Map<string, Uint8Array[]>();
  const folder: NewFolder = {
    async create(name) {
      const written: Uint8Array[] = [];
      pieces.set(name, written);
      return { append: async (bytes) => void written.push(bytes), close: async () => {} };
    },
  };
  const join = (parts: readonly Uint8Array[]): Uint8Array => {
    const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  };
  return { folder, files: () => new Map([...pieces].map(([name, parts]) => [name, join(parts)])) };
}
