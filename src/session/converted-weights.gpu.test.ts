// Models of a hub that are converted while they load: the second time nothing is, and what cannot be kept is made again.
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { startHub, type HubServer } from '../../e2e/hub-server.ts';
import { countBuffers } from '../bench/count-buffers.ts';
import type { Disk } from '../hub/disk.ts';
import { crashableDisk, testHub, type CrashableDisk } from '../hub/hub.test-helper.ts';
import { processLocks } from '../hub/locks.ts';
import { memoryDisk } from '../hub/memory-disk.ts';
import { hubModels } from '../platform/hub-models.ts';
import { expectedCases } from './fixtures.test-helper.ts';
import { createLocalSession } from './local-session.ts';
import { greedy, type HubLocation, type LoadProgress, type Session, type StoredModels } from './session.ts';
import { adapter, disposeAfterEach, fixtureFolder } from './session.test-helper.ts';

vi.setConfig({ testTimeout: 300_000 });
disposeAfterEach();
const folder = fixtureFolder('llama');
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
const files = new Map(readdirSync(folder).map((name) => [name, read(`${folder}/${name}`)]));
const [expected] = expectedCases('llama');
const request = { ids: expected!.ids, target: null, contrast: null, scalar: 'logit', method: 'attnlrp' } as const;

let server: HubServer;
let location: HubLocation;
const opened: Session[] = [];
beforeAll(async () => {
  server = await startHub();
  server.repositories.set('owner/small', { files });
  location = { kind: 'hub', address: 'owner/small', endpoint: server.endpoint };
});
afterAll(() => server.close());
afterEach(async () => {
  server.reset();
  await Promise.all(opened.splice(0).map((session) => session.dispose()));
});

/** A tab of its own, over a disk that others may share. */
function tab(disk: Disk, locks = processLocks(), gpu = adapter): Session & StoredModels {
  const models = hubModels(async () => testHub({ disk, locks }));
  const session = createLocalSession({
    gpu: () => gpu,
    models,
    openSource: (from, job) => models.open(from as HubLocation, job),
    peek: (from, job) => models.peek(from as HubLocation, job),
  });
  opened.push(session);
  return session;
}

async function answers(session: Session) {
  const { ids } = await session.generate({ ids: expected!.ids, maxTokens: 4, sampling: greedy });
  const { tokens } = await session.explain(request);
  return { ids, relevance: tokens.map(({ relevance }) => relevance) };
}

const filesOf = async (disk: Disk): Promise<string[]> => [...(await disk.files((await disk.folders())[0]!)).keys()];
const converted = async (disk: Disk): Promise<string[]> => (await filesOf(disk)).filter((name) => /^int\d-/.test(name));

it('converts once: the second load reads what the first one made, and answers the same', async () => {
  const disk = memoryDisk();
  const first = tab(disk);
  expect((await first.load(location)).converted).toBe(0);
  const progress: LoadProgress[] = [];
  const made = await first.load({ ...location, quantize: 'int4' }, { onProgress: (seen) => void progress.push(seen) });
  // Embedding and head, which are two matrices here, and seven a layer.
  expect(made.converted).toBe(2 + 7 * made.layers);
  expect(progress.at(-1)!.notice).toBe('Converting to int4 (group 32) + int8 (group 64).');
  const before = await answers(first);
  const [stored] = (await first.storedModels()).models;
  expect(stored).toMatchObject({ formats: ['none', 'int4'] });
  const original = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  expect(stored!.bytes).toBeGreaterThan(made.weightBytes);
  expect(stored!.bytes).toBeLessThan(original + made.weightBytes * 1.2);

  server.log.length = 0;
  const second = tab(disk);
  const again = await second.load(
    { ...location, quantize: 'int4' },
    { onProgress: (seen) => void progress.push(seen) },
  );
  expect(again).toEqual({ ...made, converted: 0 });
  expect(progress.at(-1)!.notice).toBeNull();
  expect(await answers(second)).toEqual(before);
  expect(server.log).toEqual([]);
  expect((await second.load({ ...location, quantize: 'int8' })).converted).toBe(made.converted);
  expect((await second.storedModels()).models[0]!.formats).toEqual(['none', 'int8', 'int4']);
  await second.removeModel({ key: stored!.key });
  expect(await disk.folders()).toEqual([]);
});

it('keeps only the smaller version where that is wanted, and says so to who asks for another', async () => {
  const disk = memoryDisk();
  const session = tab(disk);
  await session.load(location);
  const [{ key } = { key: '' }] = (await session.storedModels()).models;
  await expect(session.keepOnly({ key, quantize: 'int4' })).rejects.toThrow(
    /has no int4 version on this device\. Open/,
  );
  await session.load({ ...location, quantize: 'int4' });
  const before = await answers(session);
  await session.keepOnly({ key, quantize: 'int4' });
  expect((await session.storedModels()).models[0]).toMatchObject({ formats: ['int4'], complete: true });
  expect((await filesOf(disk)).some((name) => name.startsWith('model'))).toBe(false);
  server.log.length = 0;
  const next = tab(disk);
  expect(await next.planModel(location)).toMatchObject({ kind: 'language', formats: [{ quantize: 'int4' }] });
  expect((await next.load({ ...location, quantize: 'int4' })).converted).toBe(0);
  expect(await answers(next)).toEqual(before);
  for (const quantize of ['none', 'int8'] as const) {
    await expect(next.load({ ...location, quantize })).rejects.toThrow(
      'This device keeps only the int4 weights of owner/small. Open it as int4, or delete it and download it again.',
    );
  }
  expect(server.log).toEqual([]);
});

it('deletes nothing where the smaller version has lost its end', async () => {
  const disk = memoryDisk();
  const session = tab(disk);
  await session.load({ ...location, quantize: 'int4' });
  const before = await filesOf(disk);
  const [name] = await converted(disk);
  const file = await disk.editFile((await disk.folders())[0]!, name!);
  await file.truncate((await file.size()) - 1);
  const [{ key } = { key: '' }] = (await session.storedModels()).models;
  await expect(session.keepOnly({ key, quantize: 'int4' })).rejects.toThrow(/has no int4 version/);
  expect(await filesOf(disk)).toEqual(before);
});

it('loads all the same where there is no room for the converted weights, and says that they are not kept', async () => {
  const original = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const disk = memoryDisk({ capacity: original + 20_000 });
  const session = tab(disk);
  const info = await session.load({ ...location, quantize: 'int4' });
  expect(info.converted).toBeGreaterThan(0);
  expect(info.warnings.join()).toMatch(
    /needs .* more than this page may still store\. The int4 version is therefore not/,
  );
  expect(await converted(disk)).toEqual([]);
  // The space runs out on the way, against what was said before.
  const full = { ...memoryDisk({ capacity: original + 50_000 }), fits: async () => true };
  const late = await tab(full).load({ ...location, quantize: 'int4' });
  expect(late.warnings.join()).toMatch(/are kept in memory, and that is full\. The int4 version is therefore not kept/);
  expect(await converted(full)).toEqual([]);
  await expect(answers(session)).resolves.toBeDefined();
});

it.each([0.1, 0.5, 0.9])('leaves the model usable when a page is closed while it writes (%d)', async (fate) => {
  const disk = crashableDisk();
  const closed = tab(disk);
  await closed.load(location);
  let dying: Promise<CrashableDisk> | null = null;
  const onProgress = ({ phase, doneBytes, totalBytes }: LoadProgress): void => {
    if (phase === 'weights' && doneBytes > totalBytes / 2) dying ??= disk.crash(() => fate);
  };
  await closed.load({ ...location, quantize: 'int4' }, { onProgress });
  const survivor = await dying!;
  server.log.length = 0;
  const next = tab(survivor);
  expect((await next.storedModels()).models[0]!.formats).toEqual(['none']);
  expect((await next.load(location)).converted).toBe(0);
  expect((await next.load({ ...location, quantize: 'int4' })).converted).toBeGreaterThan(0);
  expect(await converted(survivor)).toHaveLength(1);
  expect((await tab(survivor).load({ ...location, quantize: 'int4' })).converted).toBe(0);
  expect(server.log).toEqual([]);
});

it('leaves nothing behind when loading is cancelled while it converts', async () => {
  const disk = memoryDisk();
  const session = tab(disk);
  await session.load(location);
  const before = await filesOf(disk);
  const stop = new AbortController();
  const onProgress = ({ phase, doneBytes }: LoadProgress): void => {
    if (phase === 'weights' && doneBytes > 0) stop.abort();
  };
  const cancelled = session.load({ ...location, quantize: 'int8' }, { signal: stop.signal, onProgress });
  await expect(cancelled).rejects.toThrow(/abort/);
  expect(await filesOf(disk)).toEqual(before);
  expect((await session.load({ ...location, quantize: 'int8' })).converted).toBeGreaterThan(0);
});

it('leaves nothing on the GPU and no lock behind when the disk fails in a way that nobody foresaw', async () => {
  const { gpu, held } = countBuffers(adapter);
  let broken = false;
  const sound = memoryDisk();
  const replaceText: Disk['replaceText'] = async (...file) => {
    if (broken) throw new Error('The disk has gone.');
    await sound.replaceText(...file);
  };
  const disk = { ...sound, replaceText };
  const session = tab(disk, processLocks(), gpu);
  const { weightBytes } = await session.load({ ...location, quantize: 'int8' });
  await session.close({ kind: 'language' });
  const before = held.bytes;
  broken = true;
  await expect(session.load({ ...location, quantize: 'int4' })).rejects.toThrow('The disk has gone.');
  expect(held.bytes - before).toBeLessThan(weightBytes / 4);
  broken = false;
  await session.load({ ...location, quantize: 'int4' });
  expect(await converted(disk)).toHaveLength(2);
});

it('makes again what was damaged behind its back, and says so once', async () => {
  const disk = memoryDisk();
  await tab(disk).load({ ...location, quantize: 'int8' });
  const [name] = await converted(disk);
  const file = await disk.editFile((await disk.folders())[0]!, name!);
  await file.write(9, new TextEncoder().encode('???'));
  const again = await tab(disk).load({ ...location, quantize: 'int8' });
  expect(again.converted).toBeGreaterThan(0);
  expect(again.warnings).toContain('The int8 version that was kept on this device is damaged; it was made again.');
  const third = await tab(disk).load({ ...location, quantize: 'int8' });
  expect([third.converted, third.warnings]).toEqual([0, []]);
});

it('lets two tabs convert the same model at once; one of them keeps it', async () => {
  const disk = memoryDisk();
  const locks = processLocks();
  const tabs = [tab(disk, locks), tab(disk, locks)];
  await tabs[0]!.load(location);
  const infos = await Promise.all(tabs.map((session) => session.load({ ...location, quantize: 'int4' })));
  expect(infos.map(({ converted }) => converted > 0)).toEqual([true, true]);
  expect(infos.flatMap(({ warnings }) => warnings)).toEqual([]);
  expect(await answers(tabs[0]!)).toEqual(await answers(tabs[1]!));
  expect(await converted(disk)).toHaveLength(1);
  expect((await tabs[1]!.load({ ...location, quantize: 'int4' })).converted).toBe(0);
});
