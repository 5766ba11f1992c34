import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cacheFolder, nodeTunings } from './node-tunings.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tunings-'))));
afterAll(() => rm(folder, { recursive: true }));

it('keeps what was measured by device, whatever its name', async () => {
  const tunings = nodeTunings(join(folder, 'made', 'when needed'));
  expect(await tunings.read('NVIDIA H100/80 GB')).toBeNull();
  await tunings.write('NVIDIA H100/80 GB', 'one');
  await tunings.write('../llvmpipe', 'two');
  expect(await tunings.read('NVIDIA H100/80 GB')).toBe('one');
  expect(await tunings.read('../llvmpipe')).toBe('two');
});

it('keeps nothing where it cannot write', async () => {
  const file = join(folder, 'no folder');
  await writeFile(file, '');
  await nodeTunings(file).write('a GPU', 'text');
  expect(await nodeTunings(file).read('a GPU')).toBeNull();
});

it('lies where caches lie', () => {
  expect(cacheFolder({}, '/home/me')).toBe(join('/home/me', '.cache', 'attnlrp-webgpu'));
  expect(cacheFolder({ XDG_CACHE_HOME: '/caches' }, '/home/me')).toBe(join('/caches', 'attnlrp-webgpu'));
});
