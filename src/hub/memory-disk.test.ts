import { describe, expect, it } from 'vitest';
import { randomBytes, randomNumbers } from './hub.test-helper.ts';
import { memoryDisk } from './memory-disk.ts';

const block = 2 ** 20;

describe('memoryDisk', () => {
  it('holds what was written where, over block borders', async () => {
    const disk = memoryDisk();
    const file = await disk.editFile('model', 'weights');
    const expected = new Uint8Array(3 * block);
    const random = randomNumbers(3);
    for (let round = 0; round < 20; round++) {
      const start = Math.floor(random() * 2 * block);
      const bytes = randomBytes(Math.floor(random() * 5000), round);
      await file.write(start, bytes);
      expected.set(bytes, start);
    }
    const around = [block - 3000, block + 3000] as const;
    await file.write(around[0], randomBytes(6000));
    expected.set(randomBytes(6000), around[0]);
    const size = await file.size();
    expect(Buffer.compare(await file.read(0, size), expected.subarray(0, size))).toBe(0);
    const opened = (await disk.openFile('model', 'weights'))!;
    expect(Buffer.compare(await opened.read(...around), expected.subarray(...around))).toBe(0);
    expect(await disk.files('model')).toEqual(new Map([['weights', size]]));
  });

  it('reads zeros where a file was cut off and grew again', async () => {
    const file = await memoryDisk().editFile('model', 'weights');
    await file.write(0, Uint8Array.of(1, 2, 3, 4));
    await file.truncate(2);
    await file.truncate(4);
    expect([...(await file.read(0, 4))]).toEqual([1, 2, 0, 0]);
  });

  it('replaces texts and forgets what is removed', async () => {
    const disk = memoryDisk();
    await disk.replaceText('model', 'note', 'a long text');
    await disk.replaceText('model', 'note', 'short');
    expect(await disk.readText('model', 'note')).toBe('short');
    await disk.removeFile('model', 'note');
    expect(await disk.readText('model', 'note')).toBeNull();
    expect(await disk.openFile('model', 'note')).toBeNull();
    expect(await disk.folders()).toEqual(['model']);
    await disk.removeFolder('model');
    expect(await disk.folders()).toEqual([]);
  });

  it('says that it is full, and takes more when something goes', async () => {
    const disk = memoryDisk({ capacity: 10_000 });
    await (await disk.editFile('a', 'weights')).write(0, randomBytes(8000));
    const other = await disk.editFile('b', 'weights');
    await expect(other.write(0, randomBytes(3000))).rejects.toMatchObject({
      name: 'StorageError',
      message: 'Only 10 kB are kept in memory, and that is full.',
    });
    expect(await disk.space()).toEqual({ used: 8000, free: 2000, persistent: false });
    await disk.removeFolder('a');
    await other.write(0, randomBytes(3000));
  });
});
