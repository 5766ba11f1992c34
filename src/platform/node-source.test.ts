import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeSource } from './node-source.ts';

describe('nodeSource', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'node-source-'));
    await writeFile(join(folder, 'data.bin'), Uint8Array.of(1, 2, 3, 4, 5));
    await mkdir(join(folder, 'config.json'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads ranges of a file and lists the folder', async () => {
    const source = nodeSource(`${folder}/`);
    const file = await source.open('data.bin');
    expect(file?.size).toBe(5);
    expect([...(await file!.read(1, 4))]).toEqual([2, 3, 4]);
    expect(await file!.read(5, 5)).toHaveLength(0);
    expect((await source.list!()).toSorted()).toEqual(['config.json', 'data.bin']);
    expect(folder.endsWith(source.name)).toBe(true);
  });
  it('is null for a file that is missing', async () => expect(await nodeSource(folder).open('x')).toBeNull());
  it('says that a folder does not exist', async () => {
    await expect(nodeSource(join(folder, 'no')).open('x')).rejects.toMatchObject({
      name: 'SourceError',
      message: expect.stringMatching(/The folder .*no does not exist/),
    });
  });
  it('says that a folder is expected where a file is given', async () => {
    const path = join(folder, 'data.bin');
    await expect(nodeSource(path).open('x')).rejects.toThrow(`${path} is a file, but a model folder is expected`);
  });
  it('says that a file is expected where a folder lies', async () => {
    await expect(nodeSource(folder).open('config.json')).rejects.toThrow(/config\.json is not a file/);
  });
  it('refuses a range beyond the end', async () => {
    const file = await nodeSource(folder).open('data.bin');
    await expect(file!.read(3, 6)).rejects.toThrow(/data\.bin has 5 bytes, but bytes 3 to 6/);
  });
  it('notices that a file became shorter or disappeared', async () => {
    const path = join(folder, 'shrinking.bin');
    await writeFile(path, new Uint8Array(10));
    const file = await nodeSource(folder).open('shrinking.bin');
    await writeFile(path, new Uint8Array(4));
    await expect(file!.read(0, 10)).rejects.toThrow(/bytes 0 to 10 were asked for \(10 bytes\), but 4 arrived/);
    await rm(path);
    await expect(file!.read(0, 4)).rejects.toThrow(/disappeared while it was being read/);
  });
  it('stops when it is cancelled', async () => {
    const file = await nodeSource(folder).open('data.bin');
    await expect(file!.read(0, 1, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});
