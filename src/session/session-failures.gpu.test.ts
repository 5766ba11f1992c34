// What goes wrong in a session: it says what, draws nothing, and goes on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../load/memory-source.ts';
import { expectedCases } from './fixtures.test-helper.ts';
import { greedy, type ModelLocation } from './session.ts';
import {
  at,
  disposeAfterEach,
  fixtureFolder,
  llama,
  loadedSession,
  loseDevice,
  memoryFolders,
  newSession,
} from './session.test-helper.ts';

disposeAfterEach();
const [expected] = expectedCases('llama');
const ids = expected!.ids;
const explanation = { ids, target: null, contrast: null, scalar: 'logit', method: 'attnlrp' } as const;
const writing = { ids, maxTokens: 4, sampling: greedy };

it('keeps its model when another cannot be opened', async () => {
  const session = await loadedSession();
  const before = await session.explain(explanation);
  const config = readFileSync(join(fixtureFolder('llama'), 'config.json'));
  memoryFolders.set('no weights', memorySource(new Map([['config.json', new Uint8Array(config)]])));
  memoryFolders.set('nothing', memorySource(new Map()));
  await expect(session.load(at('no weights'))).rejects.toThrow('safetensors');
  await expect(session.load(at('nothing'))).rejects.toThrow('there is no config.json');
  await expect(session.load(at('/there/is/no/such/folder'))).rejects.toThrow('does not exist');
  await expect(session.load(llama, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  expect((await session.explain(explanation)).tokens).toEqual(before.tokens);
});

describe('numbers that are none', () => {
  /** The mistral fixture with one value of a tensor replaced. */
  function spoiled(tensor: string, row: number, value: number): ModelLocation {
    const bytes = new Uint8Array(readFileSync(join(fixtureFolder('mistral'), 'model.safetensors')));
    const view = new DataView(bytes.buffer);
    const headerBytes = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes))) as Record<
      string,
      { readonly shape: readonly number[]; readonly data_offsets: readonly [number, number] }
    >;
    const { shape, data_offsets } = header[tensor]!;
    view.setFloat32(8 + headerBytes + data_offsets[0] + row * shape[1]! * 4, value, true);
    const config = new Uint8Array(readFileSync(join(fixtureFolder('mistral'), 'config.json')));
    memoryFolders.set(
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
    const session = newSession({ warmsUp: true });
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
  await expect(session.explain(explanation, { onProgress: loseDevice })).rejects.toThrow(lost);
  await expect(session.generate(writing)).rejects.toThrow('No model is loaded');
  await session.load(llama);
  expect((await session.explain(explanation)).tokens).toEqual(before.tokens);
  await expect(session.generate(writing, { onProgress: loseDevice })).rejects.toThrow(lost);
  await session.load(llama);
  expect((await session.generate(writing)).ids[0]).toBe(expected!.target.id);
});
