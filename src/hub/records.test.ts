import { describe, expect, it } from 'vitest';
import { readJournal, readManifest, writeRecord, type Journal, type Manifest } from './records.ts';

const address = { endpoint: 'https://huggingface.co', id: 'owner/name', revision: 'main' };
const checksum = `sha256:${'0'.repeat(64)}` as const;
const manifest: Manifest = {
  address,
  commit: 'abc',
  storedAt: 5,
  files: [{ name: 'config.json', size: 10, checksum, derived: false }],
};
const journal: Journal = {
  address,
  commit: 'abc',
  files: [{ name: 'config.json', size: 10, checksum: null, etag: null, done: [[0, 4]], verified: false }],
};

describe('records', () => {
  it('come back as they were written', () => {
    expect(readManifest(writeRecord(manifest))).toMatchObject(manifest);
    expect(readJournal(writeRecord(journal))).toMatchObject(journal);
  });

  it('are nothing where they were cut off anywhere', () => {
    const texts = [writeRecord(manifest), writeRecord(journal)];
    for (let end = 0; end < texts[0]!.length; end++) expect(readManifest(texts[0]!.slice(0, end))).toBeNull();
    for (let end = 0; end < texts[1]!.length; end++) expect(readJournal(texts[1]!.slice(0, end))).toBeNull();
    expect(readManifest(null)).toBeNull();
  });

  it('are nothing where another version or something else wrote them', () => {
    expect(readManifest(JSON.stringify({ ...manifest, version: 2 }))).toBeNull();
    expect(readManifest(writeRecord(journal))).toBeNull();
    const broken = (file: object) => writeRecord({ ...journal, files: [{ ...journal.files[0]!, ...file }] });
    for (const file of [{ done: [[4, 0]] }, { done: [[-1, 4]] }, { size: -1 }, { checksum: 'x' }, { etag: 3 }]) {
      expect(readJournal(broken(file))).toBeNull();
    }
  });
});
