import { describe, expect, it } from 'vitest';
import { gitSha1, sha256 } from '../../e2e/hub-server.ts';
import { hasherLike, isChecksum } from './checksum.ts';
import { randomBytes } from './hub.test-helper.ts';

describe('checksums', () => {
  it('are those of Node, whatever pieces the bytes come in', () => {
    for (const size of [0, 1, 63, 64, 65, 5000]) {
      const bytes = randomBytes(size);
      const expected = [`sha256:${sha256(bytes)}`, `git-sha1:${gitSha1(bytes)}`] as const;
      for (const checksum of expected) {
        expect(isChecksum(checksum)).toBe(true);
        const hasher = hasherLike(checksum, size);
        for (let at = 0; at < size; at += 61) hasher.update(bytes.subarray(at, at + 61));
        expect(hasher.digest()).toBe(checksum);
      }
    }
  });
  it('are not just any text', () => {
    for (const text of ['sha256:undefined', 'git-sha1:', 'md5:00', null]) expect(isChecksum(text)).toBe(false);
  });
});
