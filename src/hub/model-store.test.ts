// What is stored: complete models only, files made on the device, deletion, and what a closed page leaves behind.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHub, type HubServer } from '../../e2e/hub-server.ts';
import { openCheckpoint } from '../load/checkpoint.ts';
import { readRows } from '../load/stored-tensor.ts';
import type { Disk } from './disk.ts';
import { addressOn, contentOf, failure, modelFiles, neededOf, randomBytes, testHub } from './hub.test-helper.ts';
import { processLocks } from './locks.ts';
import { memoryDisk } from './memory-disk.ts';
import { folderOf, type StoredModel } from './model-store.ts';

const files = modelFiles(2, 20_000);
const needed = neededOf(files);
const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
const index = 'model.safetensors.index.json';

// Many small transfers, which take their time on a busy machine.
describe('the store', { timeout: 60_000 }, () => {
  let server: HubServer;
  beforeAll(async () => {
    server = await startHub();
    server.repositories.set('owner/model', { files });
    server.repositories.set('owner/other', { files: modelFiles(1, 9000) });
  });
  afterAll(() => server.close());
  beforeEach(() => server.reset());

  async function storedModel(disk: Disk = memoryDisk(), locks = processLocks()) {
    const hub = testHub({ disk, locks });
    const { stored } = await hub.open(addressOn(server));
    return { disk, locks, hub, store: hub.store, model: stored! };
  }

  it('opens a stored model without any request, with the same bytes', async () => {
    const { disk, model } = await storedModel();
    server.log.length = 0;
    const { source, commit, warnings } = await testHub({ disk }).open(addressOn(server));
    expect(await contentOf(source)).toEqual(needed);
    expect([commit, warnings]).toEqual([model.commit, []]);
    expect(server.log).toEqual([]);
  });

  it('is a source like any other', async () => {
    const { store, model } = await storedModel();
    const checkpoint = await openCheckpoint(store.source(model));
    const tensor = checkpoint.tensors.get('weight.1')!;
    expect(Buffer.compare(await readRows(tensor, 0, 1), randomBytes(20_000, 2))).toBe(0);
    expect(await store.source(model).open('pytorch_model.bin')).toBeNull();
  });

  it('lists models with their sizes, the newest first, and deletes them', async () => {
    const { disk, hub, store, model } = await storedModel();
    await new Promise((resolve) => setTimeout(resolve, 2));
    await hub.open(addressOn(server, 'owner/other'));
    const models = await store.list();
    expect(models.map(({ address }) => address.id)).toEqual(['owner/other', 'owner/model']);
    const bytes = (await disk.files(folderOf(model.key))).values();
    expect(models[1]!.bytes).toBeLessThanOrEqual([...bytes].reduce((sum, size) => sum + size, 0));
    expect((await store.space())!.used).toBeGreaterThanOrEqual(models[0]!.bytes + models[1]!.bytes);
    await store.remove(model.key);
    expect((await store.list()).map(({ address }) => address.id)).toEqual(['owner/other']);
    expect(await store.find(model.address)).toBeNull();
    await expect(store.source(model).open('config.json')).rejects.toThrow(
      /config\.json of the stored model owner\/model is gone; it was deleted or damaged/,
    );
  });

  it('keeps revisions apart', async () => {
    const commit = 'a'.repeat(40);
    server.repositories.set('owner/model', { files, commits: { main: commit, v1: commit } });
    const { hub, store } = await storedModel();
    await hub.open(addressOn(server, 'owner/model', 'v1'));
    expect((await store.list()).map(({ address }) => address.revision).toSorted()).toEqual(['main', 'v1']);
    server.repositories.set('owner/model', { files });
  });

  it('deletes an unfinished download, all of it', async () => {
    const disk = memoryDisk();
    const hub = testHub({ disk, pieceBytes: 5000 });
    const stop = new AbortController();
    server.fault = ({ host, times }) => (host === 'storage' && times === 2 ? (stop.abort(), null) : null);
    await failure(hub.open(addressOn(server), { signal: stop.signal }));
    const [unfinished] = await hub.store.unfinished();
    expect(unfinished!.address).toEqual(addressOn(server));
    expect(await hub.store.list()).toEqual([]);
    await hub.store.remove(unfinished!.key);
    expect(await hub.store.unfinished()).toEqual([]);
    expect(await disk.folders()).toEqual([]);
  });

  it('downloads a model again whose file was damaged behind its back', async () => {
    const { disk, model } = await storedModel();
    await (await disk.editFile(folderOf(model.key), shards[0]!)).truncate(100);
    const { source } = await testHub({ disk }).open(addressOn(server));
    expect(await contentOf(source)).toEqual(needed);
  });

  it('does not delete what another tab is writing', async () => {
    const { store, model, locks } = await storedModel();
    const release = await locks.acquire(`attnlrp-webgpu model ${model.key}`);
    await expect(store.remove(model.key)).rejects.toThrow(/is being downloaded or converted, here or in another tab/);
    release();
    await store.remove(model.key);
  });

  describe('with a file made on the device', () => {
    const write = async (model: StoredModel, store: Awaited<ReturnType<typeof storedModel>>['store']) => {
      const derived = (await store.derive(model, 'converted.safetensors', 3000))!;
      await derived.append(randomBytes(1000));
      await derived.append(randomBytes(2000));
      return derived;
    };

    it('has it from the commit on, in place of the files it replaces', async () => {
      const { disk, hub, store, model } = await storedModel();
      const derived = await write(model, store);
      expect(derived.size).toBe(3000);
      expect(await store.source((await store.find(model.address))!).open('converted.safetensors')).toBeNull();
      await derived.commit({ replaces: [...shards, index] });
      const now = (await store.find(model.address))!;
      expect(now.files.find(({ derived: made }) => made)).toMatchObject({ name: 'converted.safetensors', size: 3000 });
      expect([...(await disk.files(folderOf(model.key))).keys()].toSorted()).toEqual(
        ['_manifest.json', 'config.json', 'converted.safetensors', 'tokenizer.json'].toSorted(),
      );
      server.log.length = 0;
      const { source } = await hub.open(addressOn(server));
      const file = (await source.open('converted.safetensors'))!;
      expect(Buffer.compare(await file.read(1000, 3000), randomBytes(2000))).toBe(0);
      expect(server.log).toEqual([]);
    });

    it('leaves nothing of it when it is given up, or when the page is closed', async () => {
      const { disk, locks, store, model } = await storedModel();
      const before = [...(await disk.files(folderOf(model.key))).keys()];
      await (await write(model, store)).abort();
      expect([...(await disk.files(folderOf(model.key))).keys()]).toEqual(before);
      await write(model, store);
      expect((await store.find(model.address))!.files).toEqual(model.files);
      // The page was closed, which frees its lock; the next one starts over.
      const next = testHub({ disk }).store;
      const derived = (await next.derive(model, 'other.safetensors'))!;
      expect((await disk.files(folderOf(model.key))).has('converted.safetensors')).toBe(false);
      await derived.abort();
      expect(await locks.tryAcquire(`attnlrp-webgpu model ${model.key}`)).toBeNull();
    });

    it('lets others write once it is given up, also where it could not be deleted', async () => {
      const { disk, model } = await storedModel();
      const stuck: Disk = { ...disk, removeFile: () => Promise.reject(new Error('The disk has gone.')) };
      const { store } = testHub({ disk: stuck });
      const derived = (await store.derive(model, 'converted.safetensors'))!;
      await expect(derived.abort()).rejects.toThrow('The disk has gone.');
      expect(await store.derive(model, 'other.safetensors').catch((error: Error) => error.message)).not.toBeNull();
    });

    it('is made by one tab at a time', async () => {
      const { store, model } = await storedModel();
      const derived = await write(model, store);
      expect(await store.derive(model, 'converted.safetensors')).toBeNull();
      await derived.abort();
      expect(await store.derive(model, 'converted.safetensors')).not.toBeNull();
    });

    it('is refused where space, name or length are wrong', async () => {
      const { store, model } = await storedModel(memoryDisk({ capacity: 60_000 }));
      const refused = (name: string, size?: number) => failure(store.derive(model, name, size));
      expect(await refused('converted.safetensors', 1e6)).toMatchObject({ name: 'StorageError' });
      expect((await refused('converted.safetensors', 1e6)).message).toMatch(
        /needs 1\.00 MB, more than this page may still/,
      );
      for (const name of ['config.json', '_manifest.json', '../x']) {
        expect((await refused(name)).message).toMatch(/the name is taken or not allowed/);
      }
      const derived = (await store.derive(model, 'converted.safetensors', 10))!;
      await derived.append(randomBytes(9));
      expect((await failure(derived.commit())).message).toMatch(/announced with 10 bytes but has 9/);
      await derived.abort();
      expect((await failure(derived.append(randomBytes(1)))).message).toMatch(/committed or given up/);
      const full = (await store.derive(model, 'converted.safetensors'))!;
      expect(await failure(full.append(randomBytes(50_000)))).toMatchObject({ name: 'StorageError' });
      await full.abort();
      await store.remove(model.key);
    });
  });
});
