// Downloads against a server with faults: whatever happens on the way, what is stored in the end is what the hub lists.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHub, type Fault, type HubServer } from '../../e2e/hub-server.ts';
import type { Disk } from './disk.ts';
import type { HubProgress } from './hub.ts';
import {
  addressOn,
  contentOf,
  crashableDisk,
  failure,
  impatientNetwork,
  modelFiles,
  neededOf,
  randomNumbers,
  testHub,
} from './hub.test-helper.ts';
import { processLocks } from './locks.ts';
import { memoryDisk } from './memory-disk.ts';

const pieceBytes = 10_000;
const files = modelFiles(3, 40_000);
const needed = neededOf(files);
const sizeOf = (name: string): number => files.get(name)!.length;
const totalBytes = [...needed.keys()].reduce((sum, name) => sum + sizeOf(name), 0);
const shard = 'model-00002-of-00003.safetensors';

// Many small transfers, which take their time on a busy machine.
describe('a download', { timeout: 60_000 }, () => {
  let server: HubServer;
  beforeAll(async () => {
    server = await startHub();
    server.repositories.set('owner/model', { files });
  });
  afterAll(() => server.close());
  beforeEach(() => server.reset());
  /** Only for the weights' bytes, wherever they come from. */
  const onShard = (fault: (times: number) => Fault | null): void => {
    server.fault = ({ host, file, times }) => (host === 'storage' && file === shard ? fault(times) : null);
  };
  const asked = (name: string) => server.log.filter(({ host, file }) => host === 'storage' && file === name);

  it('fetches the files that are needed, in pieces of several connections, and no other', async () => {
    const { source, stored, warnings } = await testHub({ pieceBytes }).open(addressOn(server));
    expect(await contentOf(source)).toEqual(needed);
    expect(stored).toMatchObject({ key: `${server.endpoint.slice(7)}/owner/model@main`, bytes: totalBytes });
    expect(warnings).toEqual([]);
    expect(asked(shard)).toHaveLength(5);
    const names = new Set(server.log.flatMap(({ file }) => file ?? []));
    expect([...names].toSorted()).toEqual([...needed.keys()]);
  });

  it('asks for all files at one commit', async () => {
    const { commit } = await testHub().open(addressOn(server));
    const resolved = server.log.filter(({ url }) => url.includes('/resolve/'));
    expect(resolved.every(({ url }) => url.includes(`/resolve/${commit}/`))).toBe(true);
  });

  it('takes sizes and checksums from the tree where the list has names only', async () => {
    server.namesOnly = true;
    const { source } = await testHub({ pieceBytes }).open(addressOn(server));
    expect(await contentOf(source)).toEqual(needed);
    expect(server.log.every(({ url }) => url.startsWith('http://127.0.0.1'))).toBe(true);
  });

  it.each(Array.from({ length: 8 }, (_, seed) => [seed]))(
    'goes on at the very byte where it was cut off, at random bytes (seed %i)',
    async (seed) => {
      const random = randomNumbers(seed);
      server.fault = ({ host }) => (host === 'storage' ? { cutAfter: Math.floor(random() * 12_000) } : null);
      const { disk, written } = countingDisk();
      const { source } = await testHub({ pieceBytes, disk }).open(addressOn(server));
      expect(await contentOf(source)).toEqual(needed);
      expect(written()).toBe(totalBytes);
    },
  );

  it.each(Array.from({ length: 8 }, (_, seed) => [seed]))(
    'goes on after pauses and kills at random moments (seed %i)',
    async (seed) => {
      const random = randomNumbers(100 + seed);
      let disk = crashableDisk();
      for (let run = 0; ; run++) {
        expect(run).toBeLessThan(100);
        const hub = testHub({ pieceBytes, disk });
        const stop = new AbortController();
        const stopped = new Promise<null>((done) => stop.signal.addEventListener('abort', () => done(null)));
        let left = 1 + Math.floor(random() * 10);
        server.fault = ({ host }) => {
          if (host === 'storage' && left-- === 0) stop.abort();
          return random() < 0.3 ? { cutAfter: Math.floor(random() * 9000) } : null;
        };
        const kill = random() < 0.5;
        const running = hub.open(addressOn(server), { signal: stop.signal }).catch(() => null);
        const opened = await (kill ? Promise.race([running, stopped]) : running);
        if (opened) {
          expect(await contentOf(opened.source)).toEqual(needed);
          expect(run).toBeGreaterThan(0);
          break;
        }
        expect(await hub.store.list()).toEqual([]);
        if (kill) disk = await disk.crash(random);
        await running;
      }
    },
  );

  it('fetches nothing twice after a pause', async () => {
    const disk = memoryDisk();
    const stop = new AbortController();
    const first = testHub({ pieceBytes, disk });
    server.fault = ({ host, times }) => (host === 'storage' && times === 2 ? (stop.abort(), null) : null);
    expect(await failure(first.open(addressOn(server), { signal: stop.signal }))).toMatchObject({ name: 'AbortError' });
    const [unfinished] = await first.store.unfinished();
    expect(unfinished!.doneBytes).toBeGreaterThan(0);
    expect(unfinished!.totalBytes).toBe(totalBytes);
    server.reset();
    const plan = await first.plan(addressOn(server));
    expect(plan.missingBytes).toBe(plan.totalBytes - unfinished!.doneBytes);
    const progress: HubProgress[] = [];
    const counting = countingDisk(disk);
    await testHub({ pieceBytes, disk: counting.disk }).open(addressOn(server), {
      onProgress: (told) => progress.push(told),
    });
    const began = progress.find((told) => told.phase === 'downloading');
    expect(began).toMatchObject({ doneBytes: unfinished!.doneBytes, totalBytes });
    expect(counting.written()).toBe(plan.missingBytes);
  });

  it('takes a file as a whole from a server that ignores ranges, once', async () => {
    server.fault = () => ({ ignoreRange: true });
    const { source } = await testHub({ pieceBytes }).open(addressOn(server));
    expect(await contentOf(source)).toEqual(needed);
    expect(asked(shard)).toHaveLength(1);
  });

  it('goes on with such a server where it was cut off, too', async () => {
    onShard((times) => ({ ignoreRange: true, ...(times < 3 && { cutAfter: 10_000 * (times + 1) }) }));
    const { source } = await testHub({ pieceBytes }).open(addressOn(server));
    expect(await contentOf(source)).toEqual(needed);
    expect(asked(shard)).toHaveLength(4);
  });

  it('needs no Content-Range where a checksum follows', async () => {
    onShard(() => ({ hideRange: true }));
    expect(await contentOf((await testHub({ pieceBytes }).open(addressOn(server))).source)).toEqual(needed);
  });

  it('starts a file anew when its tag changes', async () => {
    onShard((times) => ({ etag: times < 2 ? '"old"' : '"new"', ...(times < 2 && { corrupt: 5 }) }));
    const { source } = await testHub({ pieceBytes }).open(addressOn(server));
    expect(await contentOf(source)).toEqual(needed);
  });

  it('lets the checksum decide where tags never agree', async () => {
    onShard((times) => ({ etag: `"${times}"` }));
    const { source } = await testHub({ pieceBytes }).open(addressOn(server));
    expect(await contentOf(source)).toEqual(needed);
  });

  it('starts a file anew when its tag changed between two runs', async () => {
    const disk = memoryDisk();
    const stop = new AbortController();
    onShard((times) => (times === 2 ? (stop.abort(), null) : { etag: '"old"', corrupt: 5 }));
    await failure(testHub({ pieceBytes, disk }).open(addressOn(server), { signal: stop.signal }));
    onShard(() => ({ etag: '"new"' }));
    expect(await contentOf((await testHub({ pieceBytes, disk }).open(addressOn(server))).source)).toEqual(needed);
  });

  it('fetches a damaged file once more', async () => {
    onShard((times) => (times < 5 ? { corrupt: 12_345 } : null));
    const notices: (string | null)[] = [];
    const { source } = await testHub({ pieceBytes }).open(addressOn(server), {
      onProgress: ({ notice }) => notices.push(notice),
    });
    expect(await contentOf(source)).toEqual(needed);
    expect(asked(shard)).toHaveLength(10);
    expect(notices).toContain(`${shard} arrived damaged; fetching it again.`);
  });

  it('names a file that stays damaged, removes it, and keeps the others', async () => {
    onShard(() => ({ corrupt: 12_345 }));
    const hub = testHub({ pieceBytes });
    const error = await failure(hub.open(addressOn(server)));
    expect(error).toMatchObject({ name: 'SourceError' });
    expect(error.message).toMatch(
      new RegExp(`^${shard} of owner/model arrived damaged twice: its checksum is sha256:`),
    );
    expect(await hub.store.list()).toEqual([]);
    server.reset();
    expect(await contentOf((await hub.open(addressOn(server))).source)).toEqual(needed);
    expect(asked(shard)).toHaveLength(5);
    expect(asked('model-00001-of-00003.safetensors')).toHaveLength(0);
  });

  it('checks small files by their git id', async () => {
    server.fault = ({ file }) => (file === 'config.json' ? { corrupt: 3 } : null);
    const error = await failure(testHub().open(addressOn(server)));
    expect(error.message).toMatch(/^config\.json of owner\/model arrived damaged twice: its checksum is git-sha1:/);
  });

  it.each([
    ['in a range', { size: 99_999 }, /announces 99999 bytes/],
    ['as a whole', { ignoreRange: true, size: 99_999 }, /sends 99999 bytes\. It is not the listed file/],
    ['of a log-in page', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }, /of a web page/],
    ['that ends too early', { status: 416, headers: { 'content-range': 'bytes */7' } }, /has 7 bytes of it/],
  ])('refuses a wrong length %s', async (_case, fault, sentence) => {
    onShard(() => ({ ...fault, headers: { 'content-length': '6', ...('headers' in fault ? fault.headers : {}) } }));
    const error = await failure(testHub({ pieceBytes }).open(addressOn(server)));
    expect(error.message).toMatch(sentence);
    expect(error.message).toContain(`${shard} should have`);
  });

  it('waits as long as the server asks, and backs off where it does not say', async () => {
    const network = impatientNetwork();
    server.fault = ({ host, file, times }) => {
      if (host === 'storage' && file === shard && times === 0) return { status: 429, headers: { 'retry-after': '7' } };
      if (file === 'config.json' && times < 3) return { status: 503 };
      return file === 'tokenizer.json' && times === 0
        ? { status: 429, headers: { ratelimit: '"api";r=0;t=55' } }
        : null;
    };
    const notices: (string | null)[] = [];
    await testHub({ pieceBytes, network }).open(addressOn(server), {
      onProgress: ({ notice }) => notices.push(notice),
    });
    expect(network.waits.toSorted((a, b) => a - b)).toEqual([500, 1000, 2000, 7000, 55_000]);
    expect(notices.join()).toMatch(/429 Too Many Requests for .*asked too often\. Trying again in 7 s\./);
  });

  it('does not wait for hours', async () => {
    server.fault = ({ file }) => (file === shard ? { status: 429, headers: { 'retry-after': '3600' } } : null);
    const error = await failure(testHub({ pieceBytes }).open(addressOn(server)));
    expect(error.message).toMatch(
      /asked too often\. It asks to wait 60 minutes; try again then\. What has arrived is kept/,
    );
  });

  it('gives up after six failures in a row and keeps what has arrived', async () => {
    onShard(() => ({ status: 500 }));
    const network = impatientNetwork();
    const hub = testHub({ pieceBytes, network });
    const error = await failure(hub.open(addressOn(server)));
    expect(error).toMatchObject({ name: 'SourceError' });
    expect(error.message).toMatch(
      /^The server answers 500 Internal Server Error for model-0000. *-of.*\. 6 attempts in a row failed\. What has arrived is kept: opening/,
    );
    expect(network.waits).toEqual([500, 1000, 2000, 4000, 8000]);
    expect(await hub.store.unfinished()).toHaveLength(1);
  });

  it('asks again when a server falls silent', async () => {
    onShard((times) => (times === 1 ? { stallAfter: 3000 } : null));
    const network = impatientNetwork({ silence: 1500 });
    expect(await contentOf((await testHub({ pieceBytes, network }).open(addressOn(server))).source)).toEqual(needed);
    expect(asked(shard)).toHaveLength(6);
  });

  it('says that the device is offline', async () => {
    let offline = false;
    const fetch = (url: string, init: RequestInit): Promise<Response> =>
      offline ? Promise.reject(new TypeError('fetch failed')) : globalThis.fetch(url, init);
    server.fault = ({ host, times }) => (host === 'storage' && times === 1 ? ((offline = true), null) : null);
    const network = impatientNetwork({ fetch, online: () => !offline });
    const hub = testHub({ pieceBytes, network });
    const error = await failure(hub.open(addressOn(server)));
    expect(error.message).toMatch(/cannot be fetched\. This device is offline: connect it/);
    expect(error.message).toMatch(/What has arrived is kept/);
    expect((await failure(hub.open(addressOn(server)))).message).toMatch(
      /^The list of files of owner\/model cannot be/,
    );
  });

  it('goes on with files that a new commit did not change', async () => {
    const disk = memoryDisk();
    const stop = new AbortController();
    onShard((times) => (times === 3 ? (stop.abort(), null) : null));
    await failure(testHub({ pieceBytes, disk }).open(addressOn(server), { signal: stop.signal }));
    const changed = new Map(files).set('config.json', new TextEncoder().encode('{"model_type":"llama"}'));
    server.repositories.set('owner/model', { files: changed });
    server.reset();
    const { source } = await testHub({ pieceBytes, disk }).open(addressOn(server));
    expect(await contentOf(source)).toEqual(neededOf(changed));
    expect(asked('model-00001-of-00003.safetensors')).toHaveLength(0);
    server.repositories.set('owner/model', { files });
  });

  it('tells one total with speed and time left, never more than there is', async () => {
    server.fault = ({ host }) => (host === 'storage' ? { speed: 100_000 } : null);
    const progress: HubProgress[] = [];
    await testHub({ pieceBytes }).open(addressOn(server), { onProgress: (told) => progress.push(told) });
    const totals = progress.flatMap((told) => ('totalBytes' in told ? told : []));
    expect(new Set(totals.map(({ totalBytes }) => totalBytes))).toEqual(new Set([totalBytes]));
    const done = totals.map(({ doneBytes }) => doneBytes);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(totals.at(-1)).toMatchObject({ phase: 'checking', doneBytes: totalBytes, secondsLeft: 0 });
    expect(totals.some(({ bytesPerSecond }) => (bytesPerSecond ?? 0) > 0)).toBe(true);
  });

  it('lets the second tab wait for the first, which then fetches nothing', async () => {
    const [disk, locks] = [memoryDisk(), processLocks()];
    server.fault = ({ host }) => (host === 'storage' ? { delay: 5 } : null);
    const phases: string[] = [];
    const [, second] = await Promise.all([
      testHub({ pieceBytes, disk, locks }).open(addressOn(server)),
      testHub({ pieceBytes, disk, locks }).open(addressOn(server), { onProgress: ({ phase }) => phases.push(phase) }),
    ]);
    expect(phases).toEqual(['waiting']);
    expect(await contentOf(second.source)).toEqual(needed);
    expect(asked(shard)).toHaveLength(5);
  });
});

/** Counts the bytes of files that are written. */
function countingDisk(disk: Disk = memoryDisk()): { readonly disk: Disk; written(): number } {
  let bytesWritten = 0;
  const counting: Disk = {
    ...disk,
    async editFile(folder, name) {
      const file = await disk.editFile(folder, name);
      return {
        ...file,
        write(start, bytes) {
          bytesWritten += bytes.length;
          return file.write(start, bytes);
        },
      };
    },
  };
  return { disk: counting, written: () => bytesWritten };
}
