// Generation against the plain forward pass: with a cache, in chunks and token by token it must say the same.
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordingOps } from '../engine/gpu-ops.ts';
import { useGpu } from '../engine/gpu.test-helper.ts';
import { greedy } from '../session/session.ts';
import { loadFixture } from '../session/fixtures.test-helper.ts';
import { explain } from '../explain/explain.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import { Generator, type GenerateOptions } from './generator.ts';
import { randomNumbers } from './random.ts';

const gpu = useGpu();
const request: Omit<GenerateOptions, 'ids'> = { maxTokens: 8, sampling: greedy, endOfText: [] };

/** Ids of the fixtures' vocabulary, other than end-of-text. */
function idsOf(count: number, seed = 1): number[] {
  const next = randomNumbers(seed);
  return Array.from({ length: count }, () => 3 + Math.floor(next() * 317));
}

async function nextToken(loaded: LoadedModel, ids: readonly number[]): Promise<number> {
  return loaded.gpu.scopeAsync(async () => {
    const network = loaded.model.bind(
      recordingOps(loaded.gpu, () => null, loaded.rotationTable),
      loaded.weight,
    );
    let x = network.embed(loaded.gpu.upload(Uint32Array.from(ids), ids.length, 1, 'ids'));
    for (let layer = 0; layer < network.blocks; layer++) x = network.block(layer, x);
    const logits = await loaded.gpu.readFloats(network.logits(network.final(x)));
    return logits.indexOf(Math.max(...logits));
  });
}

/** What greedy generation must give: the likeliest token after ever longer texts. */
async function likeliestAfter(loaded: LoadedModel, prompt: readonly number[], count: number): Promise<number[]> {
  const ids = [...prompt];
  for (let i = 0; i < count; i++) ids.push(await nextToken(loaded, ids));
  return ids.slice(prompt.length);
}

// Grouped heads with and without a sliding window of 4.
describe.each(['llama', 'mistral'])('a generator of the %s fixture', (name) => {
  let loaded: LoadedModel;
  let generator: Generator;
  beforeAll(async () => {
    loaded = await loadFixture(gpu(), name);
    return () => loaded.destroy();
  });
  beforeEach(() => void (generator = new Generator(loaded)));
  afterEach(() => generator.destroy());

  it('writes what the explanations of its text say comes next', async () => {
    const ids = idsOf(11);
    const seen: number[] = [];
    const result = await generator.generate({ ...request, ids, onToken: (id) => void seen.push(id) });
    expect(result.ids).toHaveLength(8);
    expect(seen).toEqual(result.ids);
    expect(result.stopped).toBe('max-tokens');
    expect([result.prefill.tokens, result.decode.tokens]).toEqual([11, 7]);
    for (let i = 0; i < 8; i++) {
      const text = [...ids, ...result.ids.slice(0, i)];
      const options = { target: null, contrast: null, scalar: 'logit', method: 'cp-lrp' } as const;
      expect((await explain(loaded, { ids: text, ...options })).target, `token ${i}`).toBe(result.ids[i]);
    }
  });

  it('reads prompts longer than a prefill chunk, and of just its length, as a whole', async () => {
    for (const length of [128, 129, 260]) {
      const ids = idsOf(length, length);
      const result = await generator.generate({ ...request, ids, maxTokens: 2 });
      expect(result.prefill.tokens).toBe(length);
      expect(result.ids, `${length} tokens`).toEqual(await likeliestAfter(loaded, ids, 2));
    }
  });

  it('goes on from what it has read before, and writes the same', async () => {
    const first = idsOf(40);
    const { ids: written } = await generator.generate({ ...request, ids: first });
    const longer = [...first, ...written.slice(0, 5), 7, 8, 9];
    const shorter = first.slice(0, 20);
    const edited = [...first.slice(0, 30), ...idsOf(10, 2)];
    for (const [ids, prefilled] of [
      [longer, 3],
      [shorter, 1],
      [edited, 20],
      [edited, 1],
      [idsOf(5, 3), 5],
    ] as const) {
      const again = await generator.generate({ ...request, ids });
      const fresh = new Generator(loaded);
      const expected = await fresh.generate({ ...request, ids });
      fresh.destroy();
      expect(again.ids).toEqual(expected.ids);
      expect([again.prefill.tokens, expected.prefill.tokens]).toEqual([prefilled, ids.length]);
    }
  });

  it('writes the same from the same seed, and something else from another', async () => {
    const write = async (seed: number) => {
      const sampling = { ...greedy, temperature: 1.5, seed };
      return (await generator.generate({ ...request, ids: idsOf(9), sampling })).ids;
    };
    const first = await write(1);
    expect(await write(1)).toEqual(first);
    expect(await write(2)).not.toEqual(first);
  });

  it('stops at an end of text, and leaves that out', async () => {
    const ids = idsOf(9);
    const { ids: all } = await generator.generate({ ...request, ids });
    const end = all[4]!;
    const result = await generator.generate({ ...request, ids, endOfText: [2, end] });
    expect(result).toMatchObject({ ids: all.slice(0, all.indexOf(end)), stopped: 'end-of-text' });
    const none = await generator.generate({ ...request, ids, endOfText: [all[0]!] });
    expect(none).toMatchObject({ ids: [], stopped: 'end-of-text', decode: { tokens: 0 } });
  });

  it('stops when it is cancelled, with what there is', async () => {
    const ids = idsOf(9);
    const whole = await generator.generate({ ...request, ids });
    const controller = new AbortController();
    let count = 0;
    const onToken = (): void => void (++count === 3 && controller.abort());
    const result = await generator.generate({ ...request, ids, signal: controller.signal, onToken });
    expect(result).toMatchObject({ ids: whole.ids.slice(0, 3), stopped: 'cancelled' });
    const nothing = await generator.generate({ ...request, ids: idsOf(9, 5), signal: AbortSignal.abort() });
    expect(nothing).toMatchObject({ ids: [], stopped: 'cancelled', prefill: { tokens: 0 } });
    expect((await generator.generate({ ...request, ids })).ids).toEqual(whole.ids);
  });

  it('writes nothing where nothing is asked for', async () => {
    const result = await generator.generate({ ...request, ids: idsOf(9), maxTokens: 0 });
    expect(result).toMatchObject({ ids: [], stopped: 'max-tokens', prefill: { tokens: 0 }, decode: { tokens: 0 } });
  });
});
