// Whole explanations on the GPU against the float64 fixtures, and the invariants that need no reference.
import { afterEach, describe, expect, it } from 'vitest';
import { deviation, useGpu } from '../engine/gpu.test-helper.ts';
import { expectedCases, fixtureNames, loadFixture, type ExpectedCase } from '../session/fixtures.test-helper.ts';
import { explain, explainEach, type ExplainOptions, type TextExplanation } from './explain.ts';
import type { LoadedModel } from './loaded-model.ts';

const gpu = useGpu();
let loaded: LoadedModel | undefined;
afterEach(() => {
  loaded?.destroy();
  loaded = undefined;
  gpu().bindingCap = gpu().device.limits.maxStorageBufferBindingSize;
});

const requestOf = (expected: ExpectedCase): ExplainOptions => ({
  ids: expected.ids,
  target: expected.target.id,
  contrast: expected.contrast?.id ?? null,
  scalar: 'logit',
  method: expected.method,
});

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** score − inputs − absorbed, as a share of the largest entry. */
function residue({ score, relevance, absorbed }: TextExplanation): number {
  const entries = [sum(relevance), ...Object.values(absorbed!)];
  return Math.abs(score - sum(entries)) / Math.max(...[score, ...entries].map(Math.abs));
}

// Plain float32 loses up to 3e-5 under the true gradient, where the parts of a norm cancel.
const tolerance = (method: string): number => (method === 'gradient-x-input' ? 3e-4 : 1e-4);

describe.each(fixtureNames)('%s', (name) => {
  it('gives the logits, relevances, layers and ledger of the float64 fixtures', async () => {
    loaded = await loadFixture(gpu(), name);
    for (const expected of expectedCases(name)) {
      const result = await explain(loaded, requestOf(expected));
      const logits = expected.top.map(({ id }) => result.logits[id]!);
      expect(
        deviation(
          logits,
          expected.top.map(({ logit }) => logit),
        ),
        `${expected.name}: logits`,
      ).toBeLessThan(1e-4);
      expect(deviation(result.relevance, expected.relevance), `${expected.name}: relevance`).toBeLessThan(
        tolerance(expected.method),
      );
      for (const [layer, line] of (expected.residual ?? []).entries()) {
        expect(deviation(result.layers[layer]!, line), `${expected.name}: layer ${layer}`).toBeLessThan(1e-4);
      }
      if (expected.method === 'gradient-x-input') expect(result.absorbed).toBeNull();
      else {
        expect(residue(result), `${expected.name}: ledger`).toBeLessThan(1e-4);
        const booked = [result.absorbed!.softmax, result.absorbed!.biases];
        const { score, softmax = 0, biases = 0 } = expected.ledger;
        expect(deviation([score, ...booked], [score, softmax, biases]), `${expected.name}: absorbed`).toBeLessThan(
          1e-4,
        );
      }
    }
  });

  it('gives the same numbers, bit for bit, whether blocks are kept or computed again', async () => {
    loaded = await loadFixture(gpu(), name);
    const request = requestOf(expectedCases(name)[0]!);
    const checkpointed = await explain(loaded, request);
    const kept = await explain(loaded, { ...request, keepAll: true });
    expect(kept.relevance).toEqual(checkpointed.relevance);
    expect(kept.layers).toEqual(checkpointed.layers);
    expect(kept.absorbed).toEqual(checkpointed.absorbed);
  });
});

it.each([true, false])('explains several tokens at once as it does one by one (keeping all: %s)', async (keepAll) => {
  loaded = await loadFixture(gpu(), 'qwen2');
  const { ids, ...manner } = { ...requestOf(expectedCases('qwen2')[0]!), keepAll };
  const targets = [
    { position: ids.length, target: 7, contrast: null },
    { position: 2, target: null, contrast: 3 },
    { position: ids.length, target: 11, contrast: null },
    { position: ids.length - 3, target: 5, contrast: null },
  ];
  const before = gpu().pool.liveBytes;
  const together = await explainEach(loaded, { ...manner, ids, targets });
  expect(gpu().pool.liveBytes).toBe(before);
  for (const [index, { position, target, contrast }] of targets.entries()) {
    const alone = await explain(loaded, { ...manner, ids: ids.slice(0, position), target, contrast });
    const found = together[index]!;
    expect(found.target).toBe(alone.target);
    expect(found.relevance).toHaveLength(position);
    expect(deviation(found.relevance, alone.relevance), `target ${index}`).toBeLessThan(1e-5);
    expect(deviation(found.layers.at(-1)!, alone.layers.at(-1)!)).toBeLessThan(1e-5);
    expect(residue(found)).toBeLessThan(1e-4);
  }
});

it('refuses to explain positions that a text does not have', async () => {
  loaded = await loadFixture(gpu(), 'llama');
  const { ids, ...manner } = requestOf(expectedCases('llama')[0]!);
  for (const position of [0, ids.length + 1, 1.5]) {
    const targets = [{ position, target: 1, contrast: null }];
    await expect(explainEach(loaded, { ...manner, ids, targets })).rejects.toThrow(`run from 1 to ${ids.length}`);
  }
});

it('doubles the map when the seed is doubled', async () => {
  loaded = await loadFixture(gpu(), 'llama');
  const request = requestOf(expectedCases('llama')[0]!);
  const single = await explain(loaded, request);
  const double = await explain(loaded, { ...request, seedScale: 2 });
  expect(double.relevance).toEqual(single.relevance.map((value) => 2 * value));
});

it('explains a contrast as the difference of two explanations', async () => {
  loaded = await loadFixture(gpu(), 'qwen3');
  const request = { ...requestOf(expectedCases('qwen3')[0]!), target: 5 };
  const [a, b] = [await explain(loaded, request), await explain(loaded, { ...request, target: 9 })];
  const contrast = await explain(loaded, { ...request, contrast: 9 });
  const difference = a.relevance.map((value, token) => value - b.relevance[token]!);
  expect(deviation(contrast.relevance, difference)).toBeLessThan(1e-4);
});

it('subtracts the mean logit from the score when asked to, and the ledger still closes', async () => {
  loaded = await loadFixture(gpu(), 'llama');
  const request = { ...requestOf(expectedCases('llama')[0]!), scalar: 'centred-logit' } as const;
  const result = await explain(loaded, request);
  expect(result.score).toBeCloseTo(result.logits[result.target]! - sum([...result.logits]) / result.logits.length, 5);
  expect(residue(result)).toBeLessThan(1e-4);
});

it('conserves the logit under CP-LRP where the model has no biases', async () => {
  loaded = await loadFixture(gpu(), 'llama');
  const expected = expectedCases('llama').find(({ method }) => method === 'cp-lrp')!;
  const result = await explain(loaded, requestOf(expected));
  expect(Math.abs(sum(result.relevance) - result.score)).toBeLessThan(1e-5 * Math.abs(result.score));
});

it('gives the same numbers when no weight fits into one binding', async () => {
  const request = requestOf(expectedCases('llama')[0]!);
  loaded = await loadFixture(gpu(), 'llama');
  const whole = await explain(loaded, { ...request, scalar: 'centred-logit' });
  loaded.destroy();
  gpu().bindingCap = 4096;
  loaded = await loadFixture(gpu(), 'llama');
  expect(loaded.weight(loaded.model.head).shards.length).toBeGreaterThan(8);
  const sharded = await explain(loaded, { ...request, scalar: 'centred-logit' });
  expect(deviation(sharded.logits, whole.logits)).toBeLessThan(1e-6);
  expect(deviation(sharded.relevance, whole.relevance)).toBeLessThan(1e-5);
});

it('gives back every byte it took', async () => {
  loaded = await loadFixture(gpu(), 'qwen2');
  const request = requestOf(expectedCases('qwen2')[0]!);
  const before = gpu().pool.liveBytes;
  await explain(loaded, request);
  const created = gpu().pool.created;
  await explain(loaded, request);
  expect(gpu().pool.liveBytes).toBe(before);
  expect(gpu().pool.created).toBe(created);
});

it('begins no further block once it is cancelled, and gives back every byte', async () => {
  loaded = await loadFixture(gpu(), 'llama');
  const before = gpu().pool.liveBytes;
  const controller = new AbortController();
  let blocksAfter = -1;
  const onProgress = (done: number): void => {
    if (done > 0.3) controller.abort();
    if (controller.signal.aborted) blocksAfter++;
  };
  const request = { ...requestOf(expectedCases('llama')[0]!), signal: controller.signal, onProgress };
  await expect(explain(loaded, request)).rejects.toThrow(/abort/i);
  expect(blocksAfter).toBe(0);
  expect(gpu().pool.liveBytes).toBe(before);
});

it('refuses ids that are no tokens, no ids at all, and more than the model takes', async () => {
  loaded = await loadFixture(gpu(), 'llama');
  const request = requestOf(expectedCases('llama')[0]!);
  await expect(explain(loaded, { ...request, ids: [1, 320] })).rejects.toThrow('320 is not a token of this model');
  await expect(explain(loaded, { ...request, ids: [] })).rejects.toThrow('no token to start from');
  const long = Array.from({ length: loaded.context + 1 }, () => 1);
  await expect(explain(loaded, { ...request, ids: long })).rejects.toThrow('takes at most');
});
