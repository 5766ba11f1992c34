// What generation may take: no more context than there is, no buffer while tokens stream, nothing that stays behind.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import addSource from '#shaders/add.wgsl?raw';
import { useGpu } from '../engine/gpu.test-helper.ts';
import { kernel, shader } from '../engine/kernel.ts';
import { explain } from '../explain/explain.ts';
import { LoadedModel } from '../explain/loaded-model.ts';
import { memoryFile } from '../load/memory-source.ts';
import { utf8 } from '../load/safetensors.test-helper.ts';
import { nodeSource } from '../platform/node-source.ts';
import { openModel } from '../session/open-model.ts';
import { greedy } from '../session/session.ts';
import { Generator, type GenerateOptions } from './generator.ts';

const gpu = useGpu();
const folder = join(import.meta.dirname, '../../e2e/fixtures/llama');
const request: Omit<GenerateOptions, 'ids'> = { maxTokens: 8, sampling: greedy, endOfText: [] };
const ids = [1, 283, 199, 25, 75, 278, 292, 243, 69, 283];

/** The llama fixture, for texts of `context` tokens at most. */
async function loadWithContext(context: number): Promise<LoadedModel> {
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
  const shortened = utf8(JSON.stringify({ ...config, max_position_embeddings: context }));
  const source = nodeSource(folder);
  const opened = await openModel(
    gpu(),
    {
      name: 'short',
      open: async (name) => (name === 'config.json' ? memoryFile(name, shortened) : source.open(name)),
    },
    {},
  );
  if (opened.kind !== 'language') throw new Error('the llama fixture is a language model');
  return opened.loaded;
}

let loaded: LoadedModel;
let generator: Generator;
beforeAll(async () => {
  loaded = await loadWithContext(64);
  generator = new Generator(loaded);
  return () => {
    generator.destroy();
    loaded.destroy();
  };
});

it('stops with what there is when the context is full, and goes on with a shorter text', async () => {
  const short = await loadWithContext(14);
  const small = new Generator(short);
  const { ids: expected } = await generator.generate({ ...request, ids });
  // The last token that is written needs no place: nothing is read after it.
  const full = await small.generate({ ...request, ids });
  expect(full).toMatchObject({ ids: expected.slice(0, 5), stopped: 'context-full' });
  const exactly = await small.generate({ ...request, ids: [...ids, ...expected.slice(0, 4)] });
  expect(exactly).toMatchObject({ ids: expected.slice(4, 5), stopped: 'context-full' });
  await expect(small.generate({ ...request, ids: [...ids, 1, 2, 3, 4, 5] })).rejects.toThrow('takes at most 14');
  expect((await small.generate({ ...request, ids, maxTokens: 2 })).ids).toEqual(expected.slice(0, 2));
  small.destroy();
  short.destroy();
});

it('keeps twice the text as f16 in the same memory, and writes on after it', async () => {
  const { model, weights } = loaded;
  const bytesOf = (context: number): number => 2 * model.layers * model.keyValueWidth * 4 * context;
  const [whole, half] = (['f32', 'f16'] as const).map((format) => {
    const held = new LoadedModel(gpu(), model, weights, bytesOf(20), format);
    return { held, generator: new Generator(held) };
  }) as [Held, Held];
  expect([whole.held.context, half.held.context]).toEqual([20, 40]);
  expect(half.generator.cacheBytes).toBe(whole.generator.cacheBytes);
  const { ids: expected } = await whole.generator.generate({ ...request, ids });
  const found = await half.generator.generate({ ...request, ids });
  // Of a random model whose likeliest tokens stand apart by more than the rounding.
  expect(found.ids.slice(0, 4)).toEqual(expected.slice(0, 4));
  expect(await half.generator.generate({ ...request, ids, maxTokens: 40 })).toMatchObject({ stopped: 'context-full' });
  for (const { generator } of [whole, half]) generator.destroy();
});

interface Held {
  readonly held: LoadedModel;
  readonly generator: Generator;
}

it('refuses ids that are no tokens, and an empty text', async () => {
  await expect(generator.generate({ ...request, ids: [1, 320] })).rejects.toThrow('320 is not a token of this model');
  await expect(generator.generate({ ...request, ids: [] })).rejects.toThrow('no token to start from');
});

it('creates no buffer and no bind group while tokens stream', async () => {
  await generator.generate({ ...request, ids, maxTokens: 6 });
  const counts: number[][] = [];
  const onToken = (): void => void counts.push([gpu().pool.created, gpu().pipelines.created, gpu().pool.totalBytes]);
  await generator.generate({ ...request, ids: [...ids, 5], maxTokens: 40, onToken });
  expect(counts).toHaveLength(40);
  // The first step may meet the buffers of a longer prompt; after it, nothing is new.
  expect(counts.slice(1)).toEqual(counts.slice(1).fill(counts[1]!));
});

it('takes one submission for each token, and has the next one under way before it reads one', async () => {
  const submits: number[] = [];
  await generator.generate({ ...request, ids, maxTokens: 20, onToken: () => void submits.push(gpu().submits) });
  const steps = submits.slice(1).map((count, index) => count - submits[index]!);
  // None follows the last one.
  expect(steps).toEqual([...new Array<number>(18).fill(1), 0]);
});

it('leaves no bytes behind after fifty rounds of writing and explaining', async () => {
  const bytes: (readonly [live: number, total: number])[] = [];
  const options = { target: null, contrast: null, scalar: 'centred-logit', method: 'attnlrp' } as const;
  for (let round = 0; round < 50; round++) {
    await generator.generate({ ...request, ids: [...ids, round], maxTokens: 2 });
    await explain(loaded, { ids, ...options });
    gpu().trim();
    bytes.push([gpu().pool.liveBytes, gpu().pool.totalBytes]);
  }
  expect(bytes.at(-1)).toEqual(bytes[9]);
  expect(Math.max(...bytes.slice(9).map(([, total]) => total))).toBe(bytes[9]![1]);
});

it('reads again what a failed submission should have cached', async () => {
  const { ids: written } = await generator.generate({ ...request, ids });
  const text = [...ids, ...written.slice(0, 4), 77];
  const { ids: expected } = await generator.generate({ ...request, ids: text });
  await generator.generate({ ...request, ids: [...text.toReversed(), ...ids] }); // Something else in every place.
  let count = 0;
  // Here with the step that reads the third token.
  const onToken = (): void => {
    if (++count === 3) spoilSubmission();
  };
  await expect(generator.generate({ ...request, ids, onToken })).rejects.toThrow('WebGPU reported');
  expect((await generator.generate({ ...request, ids: text })).ids).toEqual(expected);
});

it('hands no error of a step that nobody wants to the next text', async () => {
  const { ids: expected } = await generator.generate({ ...request, ids });
  let count = 0;
  // The step after the third token is under way, and fails, while the third is read or told.
  const onToken = (): void => {
    if (++count === 2) spoilSubmission();
    if (count === 3) throw new Error('the listener broke');
  };
  const failed = /the listener broke|WebGPU reported/;
  await expect(generator.generate({ ...request, ids, onToken })).rejects.toThrow(failed);
  expect((await generator.generate({ ...request, ids })).ids).toEqual(expected);
});

/** A dispatch that WebGPU refuses takes the whole submission with it. */
function spoilSubmission(): void {
  const [a, b, y] = [0, 1, 2].map(() => gpu().allocate(1, 1, 'refused').storage);
  gpu().run(kernel(shader('add.wgsl', addSource), 'forward'), { a: a!, b: b!, y: y! }, { count: 1 }, [70_000]);
}
