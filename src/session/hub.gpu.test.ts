// A session whose models come from a hub: downloaded once, opened without it, listed and deleted.
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startHub, type HubServer } from '../../e2e/hub-server.ts';
import { testHub } from '../hub/hub.test-helper.ts';
import { hubModels } from '../platform/hub-models.ts';
import { createLocalSession } from './local-session.ts';
import type { HubLocation, LoadProgress, Session, StoredModels } from './session.ts';
import { adapter, disposeAfterEach, fixtureFolder, newSession } from './session.test-helper.ts';

disposeAfterEach();
const request = { ids: [1, 2, 3], target: null, contrast: null, scalar: 'logit', method: 'attnlrp' } as const;
const token = 'hf_theOnlyToken';
let server: HubServer;
let session: Session & StoredModels;
let location: HubLocation;

beforeAll(async () => {
  server = await startHub();
  const names = ['config.json', 'model.safetensors'];
  const files = new Map(
    names.map((name) => [name, new Uint8Array(readFileSync(`${fixtureFolder('mistral')}/${name}`))]),
  );
  server.repositories.set('owner/small', { files });
  server.repositories.set('owner/gated', { files, gated: true });
  location = { kind: 'hub', address: 'owner/small', endpoint: server.endpoint };
});
afterAll(() => server.close());
afterEach(() => {
  server.reset();
  return session.dispose();
});

function hubSession(): Session & StoredModels {
  const models = hubModels(async () => testHub({ pieceBytes: 40_000 }));
  session = createLocalSession({
    gpu: () => adapter,
    models,
    openSource: (location, job) => models.open(location as HubLocation, job),
  });
  return session;
}

it('downloads a model with one total, and then touches no network', async () => {
  hubSession();
  const { endpoint } = server;
  const plan = await session.planDownload({ address: 'owner/small', endpoint });
  expect(plan).toMatchObject({ files: 2, missingBytes: plan.totalBytes, shortage: null });
  const seen: LoadProgress[] = [];
  const info = await session.load(location, { onProgress: (progress) => void seen.push(progress) });
  expect(info).toMatchObject({ kind: 'language', name: 'owner/small' });
  const downloading = seen.filter(({ phase }) => phase === 'downloading');
  expect(downloading.at(-1)).toMatchObject({ doneBytes: plan.totalBytes, totalBytes: plan.totalBytes, secondsLeft: 0 });
  expect(new Set(seen.map(({ phase }) => phase))).toEqual(new Set(['opening', 'downloading', 'weights']));
  server.log.length = 0;
  await session.load(location);
  expect(server.log).toEqual([]);
  expect((await session.storedModels()).models).toMatchObject([
    { address: 'owner/small', endpoint, bytes: plan.totalBytes, complete: true },
  ]);
});

it('goes on computing while it downloads; a pause keeps what has arrived until it is deleted', async () => {
  hubSession();
  await session.load(location);
  const stop = new AbortController();
  const onProgress = ({ phase, doneBytes }: LoadProgress): void => {
    if (phase === 'downloading' && doneBytes > 0) stop.abort();
  };
  const gated: HubLocation = { ...location, address: 'owner/gated', token };
  const paused = expect(session.load(gated, { signal: stop.signal, onProgress })).rejects.toThrow(/abort/);
  await expect(session.explain(request)).resolves.toBeDefined();
  await paused;
  const unfinished = (await session.storedModels()).models.find(({ complete }) => !complete)!;
  expect(unfinished).toMatchObject({ address: 'owner/gated' });
  expect(unfinished.bytes).toBeGreaterThan(0);
  expect((await session.planDownload({ address: 'owner/gated', endpoint: server.endpoint, token })).missingBytes).toBe(
    unfinished.totalBytes - unfinished.bytes,
  );
  await session.load(gated);
  await session.removeModel({ key: unfinished.key });
  expect((await session.storedModels()).models.map(({ address }) => address)).toEqual(['owner/small']);
});

it('says what an address lacks', async () => {
  hubSession();
  await expect(session.load({ ...location, address: 'nothing' })).rejects.toThrow('"nothing" names no model of a hub');
  await expect(session.load({ ...location, address: 'owner/gated' })).rejects.toMatchObject({ name: 'AccessError' });
  await expect(newSession().removeModel({ key: 'x' })).rejects.toThrow('No models are kept here');
  expect((await newSession().storedModels()).models).toEqual([]);
});
