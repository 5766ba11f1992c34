// What a hub may refuse, tokens, short space, and reading without storing.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mainCommit, startHub, type HubServer } from '../../e2e/hub-server.ts';
import { openCheckpoint } from '../load/checkpoint.ts';
import { readRows } from '../load/stored-tensor.ts';
import type { HubProgress } from './hub.ts';
import {
  addressOn,
  contentOf,
  failure,
  impatientNetwork,
  modelFiles,
  neededOf,
  randomBytes,
  testHub,
} from './hub.test-helper.ts';
import { memoryDisk } from './memory-disk.ts';

const files = modelFiles(1, 30_000);
const needed = neededOf(files);
const token = 'hf_theOnlyToken';

// Many small transfers, which take their time on a busy machine.
describe('a hub', { timeout: 60_000 }, () => {
  let server: HubServer;
  beforeAll(async () => {
    server = await startHub();
    server.repositories.set('owner/model', { files });
    server.repositories.set('owner/gated', { files, gated: true });
  });
  afterAll(() => server.close());
  beforeEach(() => server.reset());

  describe('refuses in sentences', () => {
    const open = (id: string, given?: string, revision = 'main') =>
      failure(testHub().open(addressOn(server, id, revision), { token: given ?? null }));

    it('a model that does not exist', async () => {
      const error = await open('owner/typo');
      expect(error).toMatchObject({ name: 'AccessError' });
      expect(error.message).toMatch(/has no model owner\/typo, or it is private\. Check the spelling \(owner\/name\)/);
      server.fault = () => ({ status: 404, headers: { 'x-error-code': 'RepoNotFound' } });
      expect(await open('owner/typo', token)).toMatchObject({ name: 'SourceError' });
      expect((await open('owner/typo', token)).message).toMatch(
        /has no model owner\/typo that the access token may see/,
      );
    });

    it('a revision that does not exist', async () => {
      expect((await open('owner/model', undefined, 'v9')).message).toMatch(/^owner\/model has no revision "v9"\./);
    });

    it('a gated model without a token, and says how to get one', async () => {
      const error = await open('owner/gated');
      expect(error).toMatchObject({ name: 'AccessError' });
      expect(error.message).toMatch(/^owner\/gated is gated: .*accept them, make an access token.*settings\/tokens/);
    });

    it('a gated model whose terms the owner of the token has not accepted', async () => {
      server.fault = ({ file }) => (file === null ? null : { status: 403, headers: { 'x-error-code': 'GatedRepo' } });
      const error = await open('owner/gated', token);
      expect(error).toMatchObject({ name: 'AccessError' });
      expect(error.message).toMatch(/^The access token may not read owner\/gated\. Open .*accept the terms/);
    });

    it('a gated model of a mirror that passes on the sentence only', async () => {
      const error = 'Access to model owner/gated is restricted and you are not in the authorized list.';
      server.fault = () => ({ status: 403, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error }) }); // prettier-ignore
      expect((await open('owner/gated')).message).toMatch(/^owner\/gated is gated: /);
      server.fault = () => ({ status: 401, headers: { 'x-error-message': error } });
      expect((await open('owner/gated', token)).message).toMatch(/^The access token may not read owner\/gated\. Open /);
    });

    it('what is forbidden for another reason, in its own words where it has any', async () => {
      const words = 'Please enable access to public gated repositories in your fine-grained token settings.';
      server.fault = () => ({ status: 403, headers: { 'x-error-message': words } });
      const error = await open('owner/model', token);
      expect(error).toMatchObject({ name: 'AccessError' });
      expect(error.message).toContain(
        `answers 403 Forbidden for owner/model and says: "${words}". The access token has`,
      );
      for (const body of ['<html>is gated</html>', '{', '{"error":7}', 'null', '{"error":" "}']) {
        const type = body.startsWith('<') ? 'text/html' : 'application/json';
        server.fault = () => ({ status: 403, headers: { 'content-type': type }, body });
        expect((await open('owner/model')).message).toMatch(
          /^127\.0\.0\.1:\d+ answers 403 Forbidden for owner\/model\. Where only some accounts may read it, enter/,
        );
      }
      const long = { error: `No.\n${'Never. '.repeat(100)}` };
      server.fault = () => ({ status: 403, headers: { 'content-type': 'application/json' }, body: JSON.stringify(long) }); // prettier-ignore
      expect((await open('owner/model')).message).toMatch(/ says: "No\. Never\. [^"\n]{200,240}…"\./);
    });

    it('without quoting a token that the server quotes', async () => {
      server.fault = () => ({ status: 403, headers: { 'x-error-message': `The token ${token} may not read it.` } });
      expect((await open('owner/model', token)).message).toContain('says: "The token … may not read it."');
    });

    it('a file that is forbidden though it was listed', async () => {
      server.fault = ({ file }) => (file === 'config.json' ? { status: 403 } : null);
      expect((await open('owner/model', token)).message).toMatch(
        /403 Forbidden for owner\/model\. The access token has no/,
      );
    });

    it('a token that is not accepted, or that no server could', async () => {
      const error = await open('owner/gated', 'hf_oldToken');
      expect(error.message).toMatch(/does not accept the access token\. It may be mistyped, expired or revoked/);
      expect((await open('owner/gated', 'hf_öld')).message).toMatch(/holds characters that no token has/);
      const insecure = { endpoint: 'http://hub.example', id: 'owner/gated', revision: 'main' };
      expect((await failure(testHub().open(insecure, { token }))).message).toMatch(/not sent to http:\/\/hub\.example/);
    });

    it('a server that is no hub', async () => {
      server.fault = () => ({ status: 200, body: '<html>Welcome to the hotel</html>' });
      expect((await open('owner/model')).message).toMatch(/does not answer like a model hub/);
      server.fault = () => ({ status: 200, body: '{}' });
      expect((await open('owner/model')).message).toMatch(/does not answer like a model hub/);
    });

    it('a file that is listed but not there', async () => {
      server.fault = ({ file }) => (file === 'config.json' ? { status: 404 } : null);
      expect((await open('owner/model')).message).toMatch(
        /answers 404 Not Found for config\.json of owner\/model\. It was listed a moment ago/,
      );
    });

    it('what stays forbidden in the storage behind it', async () => {
      server.fault = ({ host }) => (host === 'storage' ? { status: 403 } : null);
      expect((await open('owner/model')).message).toMatch(/403 Forbidden for model\.safetensors.*6 attempts in a row/);
    });

    it('to be asked too often for the list', async () => {
      server.fault = () => ({ status: 429, headers: { 'retry-after': '600' } });
      expect((await open('owner/model')).message).toMatch(
        /429 Too Many Requests for the list of files of owner\/model.*asks to wait 10 minutes/,
      );
    });
  });

  it('gets an address with a token on its own origin only', async () => {
    const { source } = await testHub().open(addressOn(server, 'owner/gated'), { token: ` ${token}\n` });
    expect(await contentOf(source)).toEqual(needed);
    const hub = server.log.filter(({ host }) => host === 'hub');
    const storage = server.log.filter(({ host }) => host === 'storage');
    expect(hub.every(({ authorization }) => authorization === `Bearer ${token}`)).toBe(true);
    expect(storage.length).toBeGreaterThan(0);
    expect(storage.every(({ authorization }) => authorization === null)).toBe(true);
  });

  it('keeps the token out of everything that is stored, told or thrown', async () => {
    const disk = memoryDisk();
    const told: HubProgress[] = [];
    const options = { token, onProgress: (progress: HubProgress) => void told.push(progress) };
    server.fault = ({ host, times }) => (host === 'storage' ? { status: 500 + Math.min(times, 3) } : null);
    const error = await failure(testHub({ disk }).open(addressOn(server, 'owner/gated'), options));
    const written: (string | null)[] = [];
    for (const folder of await disk.folders()) {
      for (const name of (await disk.files(folder)).keys()) written.push(await disk.readText(folder, name));
    }
    const texts = [error.message, String(error.cause), error.stack, ...written, JSON.stringify(told)].join('\n');
    expect(texts).not.toContain(token);
  });

  it('plans a download before it starts', async () => {
    const hub = testHub({ disk: memoryDisk({ capacity: 20_000 }) });
    const plan = await hub.plan(addressOn(server));
    const totalBytes = [...needed.keys()].reduce((sum, name) => sum + files.get(name)!.length, 0);
    expect(plan).toMatchObject({ totalBytes, missingBytes: totalBytes, freeBytes: 20_000 });
    expect(plan.commit).toBe(mainCommit({ files }));
    expect(plan.files.map(({ name }) => name)).toEqual(['config.json', 'tokenizer.json', 'model.safetensors']);
    expect(plan.shortage).toMatch(
      /^owner\/model needs 30 kB, but only 20 kB are free for this page\. It is read strai/,
    );
    expect((await testHub().plan(addressOn(server))).shortage).toBeNull();
    const generous = { ...memoryDisk(), fits: async () => false };
    expect((await testHub({ disk: generous }).plan(addressOn(server))).shortage).toMatch(
      /^owner\/model needs 30 kB, more than the browser lets this page store\. It is read/,
    );
  });

  it('is read over the network where the space is too short, and nothing is stored', async () => {
    const disk = memoryDisk({ capacity: 20_000 });
    const hub = testHub({ disk });
    const { source, stored, warnings } = await hub.open(addressOn(server));
    expect(await contentOf(source)).toEqual(needed);
    expect(stored).toBeNull();
    expect(warnings).toEqual([(await hub.plan(addressOn(server))).shortage]);
    expect(await disk.folders()).toEqual([]);
  });

  it('is read over the network where the space runs out on the way, and nothing stays behind', async () => {
    const disk = { ...memoryDisk({ capacity: 20_000 }), space: async () => null, fits: async () => true };
    const hub = testHub({ disk, pieceBytes: 5000 });
    const { source, stored, warnings } = await hub.open(addressOn(server));
    expect(await contentOf(source)).toEqual(needed);
    expect(stored).toBeNull();
    expect(warnings.join()).toMatch(/^Only 20 kB are kept in memory, and that is full\. It is read straight from/);
    expect([await hub.store.list(), await hub.store.unfinished(), await disk.folders()]).toEqual([[], [], []]);
  });

  it('is read over the network when asked for, only what is needed of it', async () => {
    const hub = testHub();
    const { source, stored, warnings } = await hub.open(addressOn(server), { store: false });
    expect([stored, warnings, await hub.store.list()]).toEqual([null, [], []]);
    const checkpoint = await openCheckpoint(source);
    server.fault = ({ host, times }) => (host === 'storage' && times < 3 ? { cutAfter: 10 } : null);
    server.log.length = 0;
    expect(Buffer.compare(await readRows(checkpoint.tensors.get('weight.0')!, 0, 1), randomBytes(30_000, 1))).toBe(0);
    expect(new Set(server.log.map(({ file }) => file))).toEqual(new Set(['model.safetensors']));
    expect(await source.open('README.md')).toBeNull();
  });

  it('is read over the network from a server that ignores ranges, once', async () => {
    const { source } = await testHub().open(addressOn(server), { store: false });
    server.fault = () => ({ ignoreRange: true });
    const file = (await source.open('model.safetensors'))!;
    await file.read(0, 10);
    server.log.length = 0;
    expect(await file.read(20_000, 20_010)).toEqual(files.get('model.safetensors')!.slice(20_000, 20_010));
    expect(server.log).toEqual([]);
  });

  it('says that a file read over the network changed, is shorter than listed, or is refused', async () => {
    const { source } = await testHub().open(addressOn(server), { store: false });
    const file = (await source.open('model.safetensors'))!;
    server.fault = () => ({ size: 7 });
    expect((await failure(file.read(0, 7))).message).toMatch(/changed while it was being read \(7 bytes instead of/);
    server.fault = () => ({ status: 403 });
    expect(await failure(file.read(0, 7))).toMatchObject({ name: 'AccessError' });
    await expect(file.read(0, 1e9)).rejects.toThrow(/model\.safetensors has \d+ bytes, but/);
  });

  it('says where models go when the device cannot store them', async () => {
    const disk = memoryDisk({ warning: 'This browser does not let the page store models.' });
    const { stored, warnings } = await testHub({ disk }).open(addressOn(server));
    expect(stored).not.toBeNull();
    expect(warnings).toEqual(['This browser does not let the page store models.']);
  });

  it('is not asked at all when it is cancelled before', async () => {
    const signal = AbortSignal.abort();
    expect(await failure(testHub().open(addressOn(server), { signal }))).toMatchObject({ name: 'AbortError' });
    expect(server.log).toEqual([]);
  });

  it('ends waiting for a busy server when it is cancelled', async () => {
    const stop = new AbortController();
    server.fault = () => ({ status: 503, headers: { 'retry-after': '60' } });
    const network = impatientNetwork({
      wait: (_milliseconds, signal) =>
        new Promise((_resolve, reject) => {
          signal!.addEventListener('abort', () => reject(signal!.reason as Error));
          stop.abort();
        }),
    });
    const running = testHub({ network }).open(addressOn(server), { signal: stop.signal });
    expect(await failure(running)).toMatchObject({ name: 'AbortError' });
  });
});
