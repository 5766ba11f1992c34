// Models from a hub in Chromium, stored in the browser's private file system: the hub is a server of this machine with
// its storage on another origin, and faults on request.
import { address as appAddress, expect, test } from './app.ts';
import { startHub, type HubServer } from './hub-server.ts';
import { openTab, type HubTab } from './hub-tab.ts';
import { modelFiles, neededOf, randomNumbers } from '../src/hub/hub.test-helper.ts';

const files = modelFiles(3, 300_000);
const needed = Object.fromEntries(neededOf(files));
const totalBytes = Object.keys(needed).reduce((sum, name) => sum + files.get(name)!.length, 0);
const shard = 'model-00002-of-00003.safetensors';

let hub: HubServer;
test.beforeAll(async () => {
  hub = await startHub();
  hub.repositories.set('owner/model', { files });
  hub.repositories.set('owner/gated', { files, gated: true });
});
test.afterAll(() => hub.close());
test.beforeEach(() => hub.reset());

const model = (id = 'owner/model') => ({ address: { endpoint: hub.endpoint, id, revision: 'main' } });

/** Everything in the private file system of the page's origin, as paths. */
const stored = ({ page }: HubTab): Promise<string[]> =>
  page.evaluate(async () => {
    const paths: string[] = [];
    const visit = async (directory: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, handle] of directory.entries()) {
        if (handle.kind === 'directory') await visit(handle as FileSystemDirectoryHandle, `${path}${name}/`);
        else paths.push(`${path}${name}`);
      }
    };
    await visit(await navigator.storage.getDirectory(), '');
    return paths;
  });

const limitQuota = async ({ page }: HubTab, quotaSize: number): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(appAddress).origin, quotaSize });
};

test('stores a model, which the next load reads without touching the network', async ({ context }) => {
  const tab = await openTab(context, appAddress);
  expect(await tab.ask('kind')).toBe('device');
  const opened = await tab.ask('open', model());
  expect(opened).toEqual({
    content: needed,
    stored: true,
    warnings: [],
    phases: ['listing', 'downloading', 'checking'],
  });
  const [listed, ...others] = await tab.ask('list');
  expect(listed).toMatchObject({ bytes: totalBytes, address: model().address });
  expect(others).toEqual([]);
  expect((await tab.ask('space'))!.used).toBeGreaterThan(totalBytes);
  await tab.page.close();
  hub.log.length = 0;
  const next = await openTab(context, appAddress);
  expect(await next.ask('open', model())).toEqual({ content: needed, stored: true, warnings: [], phases: [] });
  expect(hub.log).toEqual([]);
  await next.ask('remove', listed!.key);
  expect(await next.ask('list')).toEqual([]);
  expect(await stored(next)).toEqual([]);
});

for (const seed of [1, 2, 3]) {
  test(`goes on where connections and tabs were cut off at random bytes (${seed})`, async ({ context }) => {
    const random = randomNumbers(seed);
    hub.fault = ({ host }) =>
      host === 'storage'
        ? { speed: 400_000, ...(random() < 0.5 && { cutAfter: Math.floor(random() * 65_536) }) }
        : null;
    for (let closed = 0; closed < 3; closed++) {
      const tab = await openTab(context, appAddress);
      const running = tab.ask('open', model()).catch(() => null);
      await tab.page.waitForTimeout(200 + random() * 500);
      expect(await tab.ask('list')).toEqual([]);
      await tab.page.close();
      await running;
    }
    const tab = await openTab(context, appAddress);
    hub.fault = ({ host }) =>
      host === 'storage' && random() < 0.3 ? { cutAfter: Math.floor(random() * 65_536) } : null;
    expect((await tab.ask('open', model())).content).toEqual(needed);
    expect(await tab.ask('unfinished')).toEqual([]);
  });
}

test('goes on after a pause with what has arrived', async ({ context }) => {
  const tab = await openTab(context, appAddress);
  hub.fault = ({ host }) => (host === 'storage' ? { speed: 100_000 } : null);
  const running = tab.ask('open', model()).catch((error: Error) => error.message);
  await expect.poll(async () => (await tab.ask('unfinished')).length).toBe(1);
  await tab.page.waitForTimeout(1000);
  await tab.ask('pause');
  expect(await running).toMatch(/AbortError/);
  const [unfinished] = await tab.ask('unfinished');
  expect(unfinished!.doneBytes).toBeGreaterThan(0);
  expect(unfinished!.doneBytes).toBeLessThan(totalBytes);
  await tab.page.close();
  const next = await openTab(context, appAddress);
  hub.reset();
  expect((await next.ask('open', model())).content).toEqual(needed);
  const bytes = hub.log
    .filter(({ host }) => host === 'storage')
    .map(({ range }) => /(\d+)-(\d+)/.exec(range!)!)
    .reduce((sum, [, from, to]) => sum + Number(to) + 1 - Number(from), 0);
  expect(bytes).toBeLessThanOrEqual(totalBytes - unfinished!.doneBytes);
});

test('leaves nothing behind when a download is cancelled', async ({ context }) => {
  const tab = await openTab(context, appAddress);
  hub.fault = ({ host }) => (host === 'storage' ? { speed: 100_000 } : null);
  const running = tab.ask('open', model()).catch((error: Error) => error.message);
  await expect.poll(async () => (await tab.ask('unfinished')).length).toBe(1);
  expect(await tab.ask('list')).toEqual([]);
  await tab.ask('pause');
  await running;
  await tab.ask('remove', (await tab.ask('unfinished'))[0]!.key);
  expect([await tab.ask('list'), await tab.ask('unfinished'), await stored(tab)]).toEqual([[], [], []]);
});

test('names a shard that arrives damaged, and keeps the others', async ({ context }) => {
  const tab = await openTab(context, appAddress);
  hub.fault = ({ host, file }) => (host === 'storage' && file === shard ? { corrupt: 123_456 } : null);
  await expect(tab.ask('open', model())).rejects.toThrow(
    `SourceError: ${shard} of owner/model arrived damaged twice: its checksum is sha256:`,
  );
  expect(await tab.ask('list')).toEqual([]);
  hub.reset();
  expect((await tab.ask('open', model())).content).toEqual(needed);
  const fetched = new Set(hub.log.filter(({ host }) => host === 'storage').map(({ file }) => file));
  expect(fetched.has(shard)).toBe(true);
  expect(fetched.has('model-00001-of-00003.safetensors')).toBe(false);
});

test('reads over the network where the quota is too small, and stores nothing', async ({ context }) => {
  const tab = await openTab(context, appAddress);
  await limitQuota(tab, 500_000);
  const { content, stored: isStored, warnings } = await tab.ask('open', model());
  expect(content).toEqual(needed);
  expect(isStored).toBe(false);
  expect(warnings.join()).toMatch(
    /^owner\/model needs 900 kB, more than the browser lets this page store\. It is read/,
  );
  expect(await stored(tab)).toEqual([]);
});

test('reads over the network where the quota runs out on the way, and leaves nothing behind', async ({ context }) => {
  const tab = await openTab(context, appAddress);
  hub.fault = ({ host }) => (host === 'storage' ? { speed: 200_000 } : null);
  const running = tab.ask('open', model());
  await expect.poll(async () => (await tab.ask('unfinished')).length).toBe(1);
  await limitQuota(tab, 200_000);
  const { content, stored: isStored, warnings } = await running;
  expect(content).toEqual(needed);
  expect(isStored).toBe(false);
  expect(warnings.join()).toMatch(/^The space that the browser gives this page is full\. It is read straight/);
  expect([await tab.ask('list'), await tab.ask('unfinished'), await stored(tab)]).toEqual([[], [], []]);
});

test('lets a second tab wait for the first, and then fetches nothing', async ({ context }) => {
  const first = await openTab(context, appAddress);
  const second = await openTab(context, appAddress);
  hub.fault = ({ host }) => (host === 'storage' ? { speed: 300_000 } : null);
  const running = first.ask('open', model());
  await expect.poll(async () => (await first.ask('unfinished')).length).toBe(1);
  const [key] = (await first.ask('unfinished')).map((unfinished) => unfinished.key);
  await expect(second.ask('remove', key!)).rejects.toThrow(/is being downloaded or converted, here or in another tab/);
  const waited = await second.ask('open', model());
  expect(waited).toMatchObject({ content: needed, stored: true, phases: ['waiting'] });
  expect((await running).content).toEqual(needed);
});

test('takes over when the tab that downloads is closed', async ({ context }) => {
  const first = await openTab(context, appAddress);
  const second = await openTab(context, appAddress);
  hub.fault = ({ host }) => (host === 'storage' ? { speed: 100_000 } : null);
  const running = first.ask('open', model()).catch(() => null);
  await expect.poll(async () => (await first.ask('unfinished')).length).toBe(1);
  const waiting = second.ask('open', model());
  await first.page.waitForTimeout(300);
  hub.reset();
  await first.page.close();
  await running;
  expect(await waiting).toMatchObject({ content: needed, phases: ['waiting', 'listing', 'downloading', 'checking'] });
});

test('sends the token to the hub and not to the storage behind it', async ({ context }) => {
  const tab = await openTab(context, appAddress);
  await expect(tab.ask('open', model('owner/gated'))).rejects.toThrow(/AccessError: owner\/gated is gated/);
  hub.log.length = 0;
  expect((await tab.ask('open', { ...model('owner/gated'), token: hub.token })).content).toEqual(needed);
  const tokens = (host: string) => new Set(hub.log.filter((asked) => asked.host === host).map((a) => a.authorization));
  expect(tokens('hub')).toEqual(new Set([`Bearer ${hub.token}`]));
  expect(tokens('storage')).toEqual(new Set([null]));
});

test('puts a file made on the device in the place of the weights', async ({ context }) => {
  const tab = await openTab(context, appAddress);
  await tab.ask('open', model());
  await tab.ask('convert', { ...model(), bytes: 12_345 });
  hub.log.length = 0;
  const { content } = await tab.ask('open', model());
  expect(Object.keys(content)).toEqual(['config.json', 'converted.safetensors', 'tokenizer.json']);
  expect(hub.log).toEqual([]);
  const names = (await stored(tab)).map((path) => path.split('/').at(-1)).toSorted();
  expect(names).toEqual(['_manifest.json', 'config.json', 'converted.safetensors', 'tokenizer.json']);
});

test('keeps models in memory where the browser blocks storage, and says so', async ({ context }) => {
  const tab = await openTab(context, appAddress, { blocked: true });
  expect(await tab.ask('kind')).toBe('memory');
  const { content, warnings } = await tab.ask('open', model());
  expect(content).toEqual(needed);
  expect(warnings.join()).toMatch(/does not let the page store models .* Reason: Storage is blocked\./);
});
