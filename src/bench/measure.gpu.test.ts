import { expect, it } from 'vitest';
import { useGpu } from '../engine/gpu.test-helper.ts';
import { recipes } from '../quantise/recipes.ts';
import { describeText } from './describe.ts';
import { isLinear, measureGrowth } from './growth.ts';
import { LayerDispatches } from './layer-dispatches.ts';
import { measure } from './measure.ts';
import { multiplied } from './multiplied.test-helper.ts';
import { loadRandom, modelOf, shapes } from './shapes.ts';
import { aroundDecode, TextWork } from './text-work.ts';

const gpu = useGpu();
/** A software driver takes seconds to compile each kernel the first time it meets it. */
const compiling = 300_000;
const tiny = {
  ...shapes['tiny-2m'],
  hidden_size: 64,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 96,
  vocab_size: 320,
};
const load = async (layers: number) => {
  const counted = new LayerDispatches(gpu());
  return { layers: counted, loaded: await loadRandom(gpu(), counted.watchModel(modelOf(tiny, layers)), recipes.int4) };
};

it(
  'measures a language model, with figures that fit together, and leaves nothing behind',
  async () => {
    const { layers, loaded } = await load(3);
    const before = gpu().pool.liveBytes;
    const measured = await measure(loaded, layers, { prefill: 9, decode: 4, explain: 12, targets: 3, runs: 2 });
    const { prefill, decode, explain, bytes, kernels } = measured;

    expect([prefill.tokens, decode.tokens, explain.tokens]).toEqual([9, 4, 12]);
    for (const { seconds, ratioToPrefill } of [explain, explain.keepAll])
      expect(Math.min(seconds, ratioToPrefill)).toBeGreaterThan(0);

    // A step is three layers and a few dispatches around them; nothing is made while decoding, and submitted once a token.
    expect(decode.dispatchesPerToken).toBeGreaterThan(3 * decode.dispatchesPerLayer);
    expect(decode.dispatchesPerToken).toBeLessThanOrEqual(3 * decode.dispatchesPerLayer + 8);
    expect([decode.submitsPerToken, decode.buffersCreated, decode.bindGroupsCreated]).toEqual([1, 0, 0]);
    const encoding = decode.encodeMicrosecondsPerToken + decode.submitMicrosecondsPerToken;
    expect(encoding).toBeGreaterThan(0);
    // Checkpoints compute each layer once more than keeping all does, but for its last product and sum; a prefill fills a
    // cache besides.
    expect(explain.dispatchesPerLayer - explain.keepAll.dispatchesPerLayer).toBeGreaterThanOrEqual(prefill.dispatchesPerLayer - 4); // prettier-ignore
    // Three targets share the forward pass.
    expect(explain.several!.targets).toBe(3);
    expect(Math.min(explain.several!.seconds, explain.several!.ratioToOne)).toBeGreaterThan(0);
    expect(explain.several!.peakBytes).toBeGreaterThan(explain.peakBytes);
    expect(explain.keepAll.peakBytes).toBeGreaterThan(explain.peakBytes);
    expect(bytes.weights).toBe(loaded.weightBytes);
    expect(bytes.peak).toBeGreaterThanOrEqual(bytes.weights + bytes.cache + bytes.activations.keepAll);

    for (const profile of Object.values(kernels!)) {
      const sum = profile.kernels.reduce((sum, { seconds }) => sum + seconds, 0);
      expect(sum).toBeCloseTo(profile.kernelSeconds, 9);
      expect(profile.kernelSeconds).toBeLessThanOrEqual(profile.wallSeconds);
    }
    const calls = kernels!.decode.kernels.reduce((sum, { calls }) => sum + calls, 0);
    expect(calls).toBe(4 * decode.dispatchesPerToken);
    // Per weight half a byte and a 32nd of four (int4), the head a whole one and a 64th of four; four tokens, three layers.
    expect(multiplied(kernels!.decode)).toEqual([
      ['rows 1, inner 64, outer 64', 12, 64 * 64 * 0.625],
      ['rows 1, inner 96, outer 64', 12, 64 * 96 * 0.625],
      ['rows 1, inner 64, outer 128', 12, (64 + 32 + 32) * 64 * 0.625],
      ['rows 1, inner 64, outer 96', 12, 2 * 96 * 64 * 0.625],
      ['rows 1, inner 64, outer 320', 4, 320 * 64 * 1.0625],
    ]);

    expect(describeText(measured).join('\n')).not.toMatch(/NaN|undefined|Infinity/);
    expect(gpu().pool.liveBytes).toBe(before);
    loaded.destroy();
  },
  compiling,
);

it(
  'measures how explanations grow with the text: memory is a line',
  async () => {
    const { loaded } = await load(2);
    const growth = await measureGrowth(loaded, [32, 64, 128], 1);
    expect(growth.map(({ tokens }) => tokens)).toEqual([32, 64, 128]);
    for (const { checkpoints, keepAll } of growth) expect(keepAll.peakBytes).toBeGreaterThan(checkpoints.peakBytes);
    expect(isLinear(growth)).toBe(true);
    loaded.destroy();
  },
  compiling,
);

it(
  'measures as many written tokens as the context has room for, and says so of one more',
  async () => {
    const loaded = await loadRandom(gpu(), modelOf({ ...tiny, max_position_embeddings: 24 }, 1), null);
    const work = new TextWork(loaded);
    expect((await work.decode(24 - aroundDecode)).seconds).toBeGreaterThan(0);
    await expect(work.decode(25 - aroundDecode)).rejects.toThrow('The context ended after 17 of 18 written tokens.');
    work.destroy();
    loaded.destroy();
  },
  compiling,
);
