// The session as the app uses it: models come and go, jobs take turns, and what fails leaves a session that goes on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { create, globals } from 'webgpu';
import { memorySource } from '../load/memory-source.ts';
import type { Source } from '../load/source.ts';
import { nodeSource } from '../platform/node-source.ts';
import { expectedCases } from './fixtures.test-helper.ts';
import { createLocalSession } from './local-session.ts';
import { greedy, type LoadProgress, type ModelLocation, type Session } from './session.ts';

Object.assign(globalThis, globals);
// Dawn's instance must stay reachable: the process aborts when it is garbage-collected.
const instance = create([]);
const folder = (name: string): string => join(import.meta.dirname, '../../e2e/fixtures', name);
const at = (path: string): ModelLocation => ({ kind: 'folder', path });
const llama = at(folder('llama'));

/** Devices that the sessions asked for, newest last. */
const devices: GPUDevice[] = [];
const gpu = {
  async requestAdapter(options?: GPURequestAdapterOptions) {
    const adapter = (await instance.requestAdapter(options))!;
    const { features, limits, info } = adapter;
    const requestDevice = async (descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> => {
      const device = await adapter.requestDevice(descriptor);
      devices.push(device);
      return device;
    };
    return { features, limits, info, requestDevice };
  },
} as unknown as GPU;

/** Folders that exist in memory only. */
const sources = new Map<string, Source>();
const newSession = (): Session =>
  createLocalSession({
    gpu: () => gpu,
    warmsUp: true,
    openSource: (location) => {
      if (location.kind !== 'folder') throw new Error('only folders here');
      return sources.get(location.path) ?? nodeSource(location.path);
    },
  });

const sessions: Session[] = [];
async function loadedSession(location = llama): Promise<Session> {
  const session = newSession();
  sessions.push(session);
  await session.load(location);
  return session;
}
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.dispose();
});
afterAll(() => {
  for (const device of devices) device.destroy();
});

const [expected] = expectedCases('llama');
const ids = expected!.ids;
const explanation = { ids, target: null, contrast: null, scalar: 'logit', method: 'attnlrp' } as const;
const writing = { ids, maxTokens: 4, sampling: greedy };

describe('a session', () => {
  it('loads a model, tells its progress, and describes it', async () => {
    const session = newSession();
    sessions.push(session);
    const told: LoadProgress[] = [];
    const info = await session.load(llama, { onProgress: (progress) => void told.push(progress) });
    expect(info).toMatchObject({
      name: 'llama',
      architecture: 'LlamaForCausalLM',
      format: 'BF16',
      layers: 3,
      vocabularySize: 320,
      contextLength: 512,
      hasTokenizer: false,
      warnings: [],
    });
    expect(info.weightBytes).toBeGreaterThan(2 * info.parameters - 1);
    expect(info.adapter.name).not.toBe('');
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(['opening', 'weights', 'compiling']);
    const weights = told.filter(({ phase }) => phase === 'weights');
    expect(weights.every(({ doneBytes }, index) => doneBytes > (weights[index - 1]?.doneBytes ?? 0))).toBe(true);
    expect(weights.at(-1)!.doneBytes).toBe(weights.at(-1)!.totalBytes);
  });

  it('writes and explains ids, without texts where there is no tokenizer', async () => {
    const session = await loadedSession();
    const tokens: unknown[] = [];
    const written = await session.generate(writing, { onProgress: (token) => void tokens.push(token) });
    expect(written).toMatchObject({ text: null, stopped: 'max-tokens' });
    expect(written.ids[0]).toBe(expected!.target.id);
    expect(tokens).toEqual(written.ids.map((id) => ({ id, special: false, text: null })));

    const progress: number[] = [];
    const result = await session.explain(explanation, { onProgress: (done) => void progress.push(done) });
    expect(result.target).toMatchObject({ id: expected!.target.id, text: null });
    expect(result.target.score).toBeCloseTo(expected!.ledger.score, 4);
    result.tokens.forEach((token, index) => {
      expect(token).toMatchObject({ id: ids[index], text: null });
      expect(token.relevance).toBeCloseTo(expected!.relevance[index]!, 4);
    });
    expect(result.layers).toHaveLength(3);
    const { score, inputs, softmax, biases, router, residue } = result.ledger;
    expect(inputs + softmax! + biases! + router! + residue!).toBeCloseTo(score, 9);
    expect(Math.abs(residue!)).toBeLessThan(1e-4);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
    expect(progress.at(-1)).toBe(1);
    await expect(session.tokenize({ text: 'some words' })).rejects.toThrow(
      'This folder has no tokenizer.json, so text cannot be read. Give token ids.',
    );
  });

  it('refuses every job before a model is loaded, and after it was disposed of', async () => {
    const session = newSession();
    const none = expect.objectContaining({ name: 'UsageError', message: 'No model is loaded. Open a model first.' });
    const refusesAll = async (): Promise<void> => {
      await expect(session.generate(writing)).rejects.toThrow(none);
      await expect(session.explain(explanation)).rejects.toThrow(none);
      await expect(session.tokenize({ text: 'a' })).rejects.toThrow(none);
    };
    await refusesAll();
    await session.load(llama);
    await session.dispose();
    await refusesAll();
  });

  it('keeps its model when another cannot be opened', async () => {
    const session = await loadedSession();
    const before = await session.explain(explanation);
    const config = readFileSync(join(folder('llama'), 'config.json'));
    sources.set('no weights', memorySource(new Map([['config.json', new Uint8Array(config)]])));
    sources.set('nothing', memorySource(new Map()));
    await expect(session.load(at('no weights'))).rejects.toThrow('safetensors');
    await expect(session.load(at('nothing'))).rejects.toThrow('there is no config.json');
    await expect(session.load(at('/there/is/no/such/folder'))).rejects.toThrow('does not exist');
    await expect(session.load(llama, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    expect((await session.explain(explanation)).tokens).toEqual(before.tokens);
  });

  it('takes one job after the other', async () => {
    const session = await loadedSession();
    const order: string[] = [];
    const done = (name: string) => () => void order.push(name);
    await Promise.all([
      session.generate(writing, { onProgress: () => void order.push('token') }).then(done('written')),
      session.explain(explanation, { onProgress: () => void order.push('step') }).then(done('explained')),
      session.load(at(folder('mistral'))).then(done('loaded')),
      session.explain({ ...explanation, ids: [1, 2, 3] }).then(done('explained')),
    ]);
    expect(order.filter((name, index) => name !== order[index - 1])).toEqual([
      ...['token', 'written', 'step', 'explained', 'loaded', 'explained'],
    ]);
  });

  it('stops explaining when asked to, and goes on with the next job', async () => {
    const session = await loadedSession();
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    const stopped = session.explain(explanation, { signal: controller.signal, onProgress });
    const next = session.explain(explanation);
    await expect(stopped).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect((await next).target.id).toBe(expected!.target.id);
  });
});

describe('numbers that are none', () => {
  /** The mistral fixture with one value of a tensor replaced. */
  function spoiled(tensor: string, row: number, value: number): ModelLocation {
    const bytes = new Uint8Array(readFileSync(join(folder('mistral'), 'model.safetensors')));
    const view = new DataView(bytes.buffer);
    const headerBytes = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes))) as Record<
      string,
      { readonly shape: readonly number[]; readonly data_offsets: readonly [number, number] }
    >;
    const { shape, data_offsets } = header[tensor]!;
    view.setFloat32(8 + headerBytes + data_offsets[0] + row * shape[1]! * 4, value, true);
    const config = new Uint8Array(readFileSync(join(folder('mistral'), 'config.json')));
    sources.set(
      tensor,
      memorySource(
        new Map([
          ['config.json', config],
          ['model.safetensors', bytes],
        ]),
      ),
    );
    return at(tensor);
  }
  const overflowed = (what: string) =>
    expect.objectContaining({ name: 'NumericalError', message: expect.stringContaining(what) });

  it.each([
    ['model.layers.1.mlp.up_proj.weight', NaN],
    ['lm_head.weight', Infinity],
  ])('in %s are refused when the model is loaded, by the name of what overflowed', async (tensor, value) => {
    const session = newSession();
    sessions.push(session);
    await expect(session.load(spoiled(tensor, 3, value))).rejects.toThrow(overflowed('The logits came out as'));
    expect((await session.load(llama)).layers).toBe(3);
  });

  it('in what one text meets are told for that text alone', async () => {
    const session = await loadedSession(spoiled('model.embed_tokens.weight', 77, NaN));
    const told = overflowed('The logits came out as NaN');
    await expect(session.explain({ ...explanation, ids: [1, 77, 5] })).rejects.toThrow(told);
    const written: unknown[] = [];
    const onProgress = (token: unknown): void => void written.push(token);
    await expect(session.generate({ ...writing, ids: [1, 77, 5] }, { onProgress })).rejects.toThrow(told);
    expect(written).toEqual([]);
    const { tokens } = await session.explain({ ...explanation, ids: [1, 78, 5] });
    expect(tokens.every(({ relevance }) => Number.isFinite(relevance))).toBe(true);
    expect((await session.generate({ ...writing, ids: [1, 78, 5] })).ids).toHaveLength(4);
  });
});

it('tells of a lost device in the middle of a job, and loads again on a new one', async () => {
  const session = await loadedSession();
  const before = await session.explain(explanation);
  const lost = expect.objectContaining({ name: 'DeviceLostError', message: expect.stringContaining('was lost') });
  const loseIt = (): void => devices.at(-1)!.destroy();
  await expect(session.explain(explanation, { onProgress: loseIt })).rejects.toThrow(lost);
  await expect(session.generate(writing)).rejects.toThrow('No model is loaded');
  await session.load(llama);
  expect((await session.explain(explanation)).tokens).toEqual(before.tokens);
  await expect(session.generate(writing, { onProgress: loseIt })).rejects.toThrow(lost);
  await session.load(llama);
  expect((await session.generate(writing)).ids[0]).toBe(expected!.target.id);
});
