import { beforeEach, describe, expect, it, vi } from 'vitest';
import { shapes } from '../bench/shapes.ts';
import { alone } from '../engine/lanes.ts';
import type { QuantisedFormat } from '../engine/weight-data.ts';
import { readModel } from '../models/index.ts';
import { isStack, listBound } from '../models/list-weights.ts';
import type { GpuTraits } from './counting-device.ts';
import { hollowWeights } from './hollow-weights.ts';
import { planMemory, type MemoryPlan, type MemoryRequest } from './memory-plan.ts';
import {
  adviseFormat,
  checkExplanation,
  checkImageExplanation,
  describeExplainable,
  describeMemory,
} from './memory-sentences.ts';
import { weightBytesOf, type StorageChoice } from './weight-bytes.ts';

beforeEach(() => {
  vi.stubGlobal('GPUBufferUsage', { STORAGE: 1, COPY_SRC: 2, COPY_DST: 4, UNIFORM: 8, MAP_READ: 16 });
  vi.stubGlobal('GPUShaderStage', { COMPUTE: 4 });
  vi.stubGlobal('GPUMapMode', { READ: 1 });
});

const { model } = readModel(shapes['tiny-2m']!);
const withLimits = (maxBufferSize: number, maxStorageBufferBindingSize: number): GpuTraits => ({
  device: { limits: { maxBufferSize, maxStorageBufferBindingSize } },
  lanes: alone,
});
const gpu = withLimits(2 ** 31, 2 ** 31 - 4);
const half: StorageChoice = () => ({ format: 'F16' });
const inGroups = (bits: 4 | 8, group: number): QuantisedFormat => ({ bits, kind: 'zero-f16', group });
const int4: StorageChoice = () => ({ format: inGroups(4, 32) });
const plan = (more: Partial<MemoryRequest>) => planMemory({ model, choose: half, gpu, budget: 20e6, ...more });

describe('the bytes of weights', () => {
  it('are those of every matrix in its format and of every vector in F32', () => {
    // A head and embedding of 2048 · 160 that are one; six layers of 40 + 80 + 40 rows of queries, keys, values …
    const matrices = 2048 * 160 + 6 * (160 * 160 * 2 + 2 * 80 * 160 + 3 * 432 * 160);
    const vectors = (6 * 2 + 1) * 160;
    expect(weightBytesOf(model.weights, half)).toBe(2 * matrices + 4 * vectors);
    // Half a byte a weight, and a word of scale and zero for each group of 32.
    expect(weightBytesOf(model.weights, int4)).toBe(matrices / 2 + (matrices / 32) * 4 + groupsOfDown() + 4 * vectors);
  });

  /** 432 columns are 13.5 groups of 32: the last is filled with codes of 0. */
  const groupsOfDown = (): number => 6 * 160 * (16 / 2 + 4 / 2);

  it('are those of the rows once more where columns have an order', () => {
    const ordered: StorageChoice = () => ({ format: inGroups(4, 32), order: new Uint32Array() });
    // Queries, keys and values share theirs, and so do gate and up.
    const columns = 160 + 6 * (3 * 160 + 432);
    expect(weightBytesOf(model.weights, ordered)).toBe(weightBytesOf(model.weights, int4) + 4 * columns);
  });
});

it('parts of a stack whose columns are in different orders stay apart, as they do on the GPU', () => {
  const [stack] = listBound(model.weights).filter(isStack);
  const orders = new Map(stack!.stack.map((spec, index) => [spec, Uint32Array.of(index)]));
  const choose: StorageChoice = (spec) => ({ format: inGroups(4, 32), order: orders.get(spec) });
  const { shards } = hollowWeights(model.weights, choose).weight(stack!);
  expect(shards.map(({ firstRow }) => firstRow)).toEqual([0, 160, 240]);
  expect(new Set(shards.map(({ order }) => order)).size).toBe(3);
});

describe('a memory plan', { timeout: 20_000 }, () => {
  it('lets everything be explained where there is room', async () => {
    const wide = await plan({ budget: 1e9 });
    expect(wide).toMatchObject({ fits: true, context: 2048, explainable: 2048 });
    expect(wide.cache).toBe(2 * 6 * 2048 * 80 * 4);
    expect(wide.writing).toBeGreaterThan(wide.weights + wide.cache);
    expect(describeExplainable(wide)).toBe('Context you can explain on this device: all 2,048 tokens.');
    expect(describeMemory(wide)).toBe('Weights 4.1 MB, keys and values of 2,048 tokens 7.9 MB.');
  });

  it('finds the longest text that can be explained', async () => {
    for (const budget of [9e6, 15e6]) {
      const { explainable, explaining, context, fits } = await plan({ budget });
      expect(fits).toBe(true);
      expect(explainable).toBeGreaterThan(16);
      expect(explainable).toBeLessThan(context);
      expect(await explaining(explainable)).toBeLessThanOrEqual(budget);
      expect(await explaining(Math.ceil(explainable * 1.1))).toBeGreaterThan(budget);
    }
  });

  it('gives more for a larger budget, a smaller format, and an empty GPU', async () => {
    const usual = await plan({});
    const reached = ({ explainable, context }: MemoryPlan): number => explainable + context;
    expect(reached(await plan({ budget: 25e6 }))).toBeGreaterThan(reached(usual));
    expect(reached(await plan({ choose: int4 }))).toBeGreaterThan(reached(usual));
    expect(reached(await plan({ occupied: 5e6 }))).toBeLessThan(reached(usual));
  });

  it('counts what keeping every activation takes', async () => {
    const { explaining } = await plan({});
    expect(await explaining(200, true)).toBeGreaterThan((await explaining(200)) * 1.2);
  });

  it('tells the same of a text whatever was asked before', async () => {
    const { explaining } = await plan({});
    const first = await explaining(200);
    for (const tokens of [90, 150, 333]) await explaining(tokens, true);
    expect(await explaining(200)).toBe(first);
  });

  it('counts what further targets take: a multiplier above and below a block, and a ledger', async () => {
    const { explaining } = await plan({});
    const [one, five, nine] = [await explaining(200), await explaining(200, false, 5), await explaining(200, false, 9)];
    // [tokens, hidden size] twice; six layers, with input and top, and five absorbers of seven lines each.
    const more = 4 * 200 * (2 * 160 + 6 + 2 + 5 * 7);
    expect(nine - five).toBeGreaterThanOrEqual(4 * more);
    expect(nine - five).toBeLessThan(4 * more * 1.2);
    expect(five).toBeGreaterThan(one + 3 * more);
  });

  it('knows the largest buffer of the adapter', async () => {
    // Gate and up of the feed-forward side by side, 864 columns: 303 rows fit into a binding of 1 MiB.
    const { explaining, explainable } = await plan({
      budget: 1e9,
      gpu: withLimits(2 ** 20, 2 ** 20),
    });
    expect(await explaining(303)).toBeLessThan(1e9);
    expect(await explaining(304)).toBe(Infinity);
    expect(explainable).toBeGreaterThan(290);
    expect(explainable).toBeLessThanOrEqual(303);
  });

  it('keeps twice the text as f16 in the same memory', async () => {
    const [whole, half] = [await plan({ budget: 12e6 }), await plan({ budget: 12e6, cacheFormat: 'f16' })];
    expect(whole.context).toBeLessThan(half.context);
    expect(half.cache / half.context).toBe(whole.cache / whole.context / 2);
    expect(half.fits).toBe(true);
    expect(describeMemory(half)).toMatch(/keys and values of [\d,]+ tokens [\d.]+ MB as f16\.$/);
  });

  it('says what does not fit, and what would', async () => {
    const budget = 6e6;
    const wanted = { format: 'F16', plan: await plan({ budget }) };
    const smaller = { format: 'int4', plan: await plan({ budget, choose: int4 }) };
    expect(wanted.plan).toMatchObject({ fits: false, explainable: 0 });
    expect(smaller.plan.fits).toBe(true);
    expect(adviseFormat([smaller])).toBeNull();
    expect(adviseFormat([wanted, smaller])).toMatch(
      /^As F16 this model needs [\d.]+ MB of GPU memory, but 6\.0 MB are allowed\. As int4 it needs [\d.]+ MB and fits; its answers and relevances are then those of the rounded weights\.$/,
    );
    expect(adviseFormat([wanted])).toMatch(/Choose a smaller model, or allow more if your GPU has it\.$/);
    const beside = { format: 'F16', plan: await plan({ budget: 9e6, occupied: 6e6 }) };
    expect(adviseFormat([beside], 'tiny-sight')).toMatch(
      /but 9\.0 MB are allowed, of which 6\.0 MB are taken by tiny-sight\. Close tiny-sight, choose a smaller model/,
    );
    const small = { format: 'int4', plan: await plan({ budget: 9e6, occupied: 1e6, choose: int4 }) };
    expect(adviseFormat([beside, small], 'tiny-sight')).toMatch(
      /As int4 it needs [\d.]+ MB and fits; .* Close tiny-sight, and it fits as it is\.$/,
    );
    expect(describeExplainable(wanted.plan)).toBe('Nothing can be explained within 6.0 MB of GPU memory.');
  });
});

describe('an explanation that cannot end well', () => {
  it('is refused before it begins', async () => {
    const tight = await plan({ budget: 12e6 });
    const { explainable, context } = tight;
    await expect(checkExplanation(tight, { tokens: explainable })).resolves.toBeUndefined();
    await expect(checkExplanation(tight, { tokens: context })).rejects.toMatchObject({
      name: 'OutOfMemoryError',
      message: expect.stringMatching(
        /^Explaining [\d,]+ tokens takes \d+ MB of GPU memory, but 12 MB are allowed\. Shorten the text to about \d+ tokens, or allow more if your GPU has it\.$/,
      ),
    });
    expect(describeExplainable(tight)).toMatch(/^Context you can explain on this device: about \d+0 tokens\.$/);
  });

  it('is refused where so many tokens of a text do not fit at once, though each alone does', async () => {
    const tight = await plan({ budget: 12e6 });
    const tokens = tight.explainable - 8;
    await expect(checkExplanation(tight, { tokens, targets: 1 })).resolves.toBeUndefined();
    await expect(checkExplanation(tight, { tokens, targets: 40 })).rejects.toThrow(
      /^Explaining 40 tokens of a text of [\d,]+ takes .* allowed\. Explain fewer tokens at a time, or allow more/,
    );
    await expect(checkExplanation(tight, { tokens: tight.context, targets: 2 })).rejects.toThrow(/\. Shorten the text/);
    await expect(checkExplanation(tight, { tokens: 32, targets: 8 })).resolves.toBeUndefined();
  });

  it('is refused beside another model, which may be closed for it', async () => {
    const beside = await plan({ budget: 25e6, occupied: 12e6 });
    const { context, explainable } = beside;
    expect(explainable).toBeLessThan(context);
    const alone = await plan({ budget: 25e6 });
    const fits = Math.floor((explainable + alone.explainable) / 2);
    await expect(checkExplanation(beside, { tokens: fits, other: 'tiny-sight' })).rejects.toMatchObject({
      message: expect.stringMatching(/or allow more if your GPU has it\. It fits once tiny-sight is closed\.$/),
      remedies: { close: 'image' },
    });
    await expect(checkExplanation(alone, { tokens: alone.context })).rejects.toMatchObject({ remedies: undefined });
  });

  it('of an image is refused beside a language model that has grown into its place', () => {
    const image = { explaining: 5e6, occupied: 1e6 };
    const llama = { name: 'llama', resident: 3e6 };
    expect(() => checkImageExplanation(image, 7e6, llama)).not.toThrow();
    expect(() => checkImageExplanation(image, 6.9e6, llama)).toThrow(
      'Explaining an image takes 4.0 MB of GPU memory, but 6.9 MB are allowed, of which 3.0 MB are taken by llama. ' +
        'Close llama, or allow more if your GPU has it.',
    );
  });

  it('is refused where no buffer is large enough', async () => {
    const narrow = await plan({
      budget: 1e9,
      gpu: withLimits(2 ** 20, 2 ** 20),
    });
    await expect(checkExplanation(narrow, { tokens: 1500 })).rejects.toThrow(
      /^Explaining 1,500 tokens needs larger buffers than this GPU has\. Shorten the text to about (29|30)\d tokens\.$/,
    );
  });
});
