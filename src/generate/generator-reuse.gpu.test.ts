// What is cached must be what a pass over the whole text would compute: however the text was cut, stopped or broken off.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import addSource from '#shaders/add.wgsl?raw';
import { decodingOps, recordingOps } from '../engine/gpu-ops.ts';
import { deviation, useGpu } from '../engine/gpu.test-helper.ts';
import { kernel, shader } from '../engine/kernel.ts';
import { KeyValueCache } from '../engine/key-value-cache.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import { loadFixture } from '../session/fixtures.test-helper.ts';
import { greedy } from '../session/session.ts';
import { Generator, type GenerateOptions } from './generator.ts';
import { randomNumbers } from './random.ts';

const gpu = useGpu();
const request: Omit<GenerateOptions, 'ids'> = { maxTokens: 6, sampling: greedy, endOfText: [] };

function idsOf(count: number, seed: number): number[] {
  const next = randomNumbers(seed);
  return Array.from({ length: count }, () => 3 + Math.floor(next() * 317));
}

/** A signal that becomes aborted when it is asked for the nth time: before the nth block of a prefill. */
function abortedAt(count: number, onAsked: (asked: number) => void = () => {}): AbortSignal {
  let asked = 0;
  return {
    get aborted() {
      onAsked(++asked);
      return asked >= count;
    },
  } as AbortSignal;
}

/** A dispatch that WebGPU refuses, and with it the submission that it is in. */
function spoilSubmission(): void {
  const [a, b, y] = [0, 1, 2].map(() => gpu().allocate(1, 1, 'refused').storage);
  gpu().run(kernel(shader('add.wgsl', addSource), 'forward'), { a: a!, b: b!, y: y! }, { count: 1 }, [70_000]);
}

// Grouped heads with and without a sliding window, and biases.
describe.each(['llama', 'mistral', 'qwen2'])('the cache of the %s fixture', (name) => {
  let loaded: LoadedModel;
  beforeAll(async () => {
    loaded = await loadFixture(gpu(), name);
    return () => loaded.destroy();
  });

  it('gives the logits of a plain pass, however the text is cut', async () => {
    const { model } = loaded;
    const ids = idsOf(70, 1);
    const upload = (part: readonly number[]) => gpu().upload(Uint32Array.from(part), part.length, 1, 'ids');
    const plain = await gpu().scopeAsync(async () => {
      const network = model.bind(
        recordingOps(gpu(), () => null, loaded.rotationTable),
        loaded.weight,
      );
      let x = network.embed(upload(ids));
      for (let layer = 0; layer < network.blocks; layer++) x = network.block(layer, x);
      return gpu().readFloats(network.logits(network.final(x)));
    });
    for (const lengths of [[70], [1, 69], [33, 37], [64, 1, 5], [20, 20, 20, 10], [69, 1]]) {
      const cache = new KeyValueCache(gpu(), model.layers, 70, model.keyValueWidth);
      const network = model.bind(decodingOps(gpu(), cache, loaded.rotationTable), loaded.weight);
      const logits = await gpu().scopeAsync(async () => {
        let x = null;
        for (const length of lengths) {
          x = network.embed(upload(ids.slice(cache.length, cache.length + length)));
          for (cache.layer = 0; cache.layer < network.blocks; cache.layer++) x = network.block(cache.layer, x);
          cache.length += length;
        }
        return gpu().readFloats(network.logits(network.final(x!)));
      });
      cache.destroy();
      expect(deviation(logits, plain), lengths.join(' + ')).toBeLessThan(1e-5);
    }
  });
});

describe('a generator', () => {
  let loaded: LoadedModel;
  let generator: Generator;
  beforeAll(async () => {
    loaded = await loadFixture(gpu(), 'llama');
    return () => loaded.destroy();
  });
  beforeEach(() => {
    generator = new Generator(loaded);
    return () => generator.destroy();
  });

  const fresh = async (ids: readonly number[]): Promise<readonly number[]> => {
    const other = new Generator(loaded);
    const result = await other.generate({ ...request, ids });
    other.destroy();
    return result.ids;
  };

  it('reads of every turn of a conversation only what is new', async () => {
    let ids = idsOf(30, 2);
    for (let turn = 0; turn < 4; turn++) {
      const result = await generator.generate({ ...request, ids });
      expect(result.ids).toEqual(await fresh(ids));
      // The last token that was written has been chosen, but not read.
      const expected = turn === 0 ? { reused: 0, tokens: 30 } : { reused: ids.length - 8, tokens: 8 };
      expect(result.prefill).toMatchObject(expected);
      ids = [...ids, ...result.ids, ...idsOf(7, 10 + turn)];
    }
  });

  it.each(['end-of-text', 'cancelled'] as const)('undoes the step ahead of what it stopped at (%s)', async (how) => {
    const ids = idsOf(40, 2);
    const written = (await generator.generate({ ...request, ids, maxTokens: 5 })).ids;
    await generator.generate({ ...request, ids: idsOf(60, 9) }); // Something else in every place.
    const stop = new AbortController();
    const onToken = (id: number) => how === 'cancelled' && id === written[2] && stop.abort();
    const endOfText = how === 'end-of-text' ? [written[3]!] : [];
    const stopped = await generator.generate({ ...request, ids, endOfText, signal: stop.signal, onToken });
    expect(stopped).toMatchObject({ ids: written.slice(0, 3), stopped: how });
    // What was chosen last has not been read: the end of the text, or the third token.
    const read = how === 'end-of-text' ? 3 : 2;
    const longer = [...ids, ...written.slice(0, 3), ...idsOf(5, 12)];
    expect(await generator.generate({ ...request, ids: longer })).toMatchObject({
      ids: await fresh(longer),
      prefill: { tokens: 8 - read, reused: 40 + read },
    });
  });

  it('keeps whole chunks of a text that it stopped reading', async () => {
    const ids = idsOf(260, 3);
    const expected = await fresh(ids);
    // The fixture has three blocks: five are encoded, the second chunk is not whole.
    const stopped = await generator.generate({ ...request, ids, signal: abortedAt(6) });
    expect(stopped).toMatchObject({ ids: [], stopped: 'cancelled', prefill: { tokens: 128, reused: 0 } });
    const again = await generator.generate({ ...request, ids });
    expect(again).toMatchObject({ ids: expected, prefill: { tokens: 132, reused: 128 } });
    const other = [...ids.slice(0, 100), ...idsOf(9, 4)];
    expect(await generator.generate({ ...request, ids: other })).toMatchObject({
      ids: await fresh(other),
      prefill: { tokens: 9, reused: 100 },
    });
  });

  it('keeps nothing of a text that it stopped reading while a submission failed', async () => {
    const ids = idsOf(260, 5);
    const spoilt = abortedAt(6, (asked) => asked === 2 && spoilSubmission());
    await expect(generator.generate({ ...request, ids, signal: spoilt })).rejects.toThrow('WebGPU reported');
    await gpu().recover();
    expect(await generator.generate({ ...request, ids })).toMatchObject({
      ids: await fresh(ids),
      prefill: { tokens: 260, reused: 0 },
    });
  });

  it('needs no more memory for a model of many blocks than for one block of its prefill', async () => {
    gpu().purge();
    gpu().pool.peakBytes = gpu().pool.liveBytes;
    const before = gpu().pool.liveBytes;
    await generator.generate({ ...request, ids: idsOf(128, 6), maxTokens: 1 });
    // A block makes ten matrices as wide as the hidden size, four of keys and values, and three of the feed-forward.
    const oneBlock = 128 * (10 * 64 + 4 * 32 + 3 * 160) * 4;
    expect(gpu().pool.peakBytes - before).toBeLessThan(oneBlock + 16_384);
  });
});
