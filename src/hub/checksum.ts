// Checksums as the hub states them, computed piece by piece: SHA-256 of files in LFS, git's blob id of the others.
// The Web Crypto API only hashes what is in memory as a whole, so this is @noble/hashes.
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

export type Checksum = `sha256:${string}` | `git-sha1:${string}`;

export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Checksum;
}

export function isChecksum(value: unknown): value is Checksum {
  return typeof value === 'string' && /^(sha256:[0-9a-f]{64}|git-sha1:[0-9a-f]{40})$/.test(value);
}

/** Computes a checksum of the kind of `expected` over a file of `size` bytes. */
export function hasherLike(expected: Checksum, size: number): Hasher {
  if (expected.startsWith('sha256:')) {
    const hash = sha256.create();
    return { update: (bytes) => void hash.update(bytes), digest: () => `sha256:${bytesToHex(hash.digest())}` };
  }
  const hash = sha1.create().update(new TextEncoder().encode(`blob ${size}\0`));
  return { update: (bytes) => void hash.update(bytes), digest: () => `git-sha1:${bytesToHex(hash.digest())}` };
}
