// Checkpoints in every quantised layout on the GPU, as stored, against float64 results on exactly their weights.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deviation, useGpu } from '../engine/gpu.test-helper.ts';
import { explain, type TextExplanation } from '../explain/explain.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import { expectedCases, loadFixture, type ExpectedCase } from './fixtures.test-helper.ts';

// One of each arithmetic: every kind of groups has kernels of its own, which a software driver compiles in many seconds
// when it meets them first. That all layouts are read rightly, models/quantised-fixtures.test.ts shows in float64.
const names = ['quantised/mlx-4bit', 'quantised/gptq-4bit-desc-act', 'quantised/bnb-nf4'] as const;
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const gpu = useGpu();
let loaded: LoadedModel;
afterEach(() => {
  loaded.destroy();
  gpu().bindingCap = gpu().device.limits.maxStorageBufferBindingSize;
});

const explainCase = ({ ids, target, method }: ExpectedCase): Promise<TextExplanation> =>
  explain(loaded, { ids, target: target.id, contrast: null, scalar: 'logit', method });

function expectClose(result: TextExplanation, { name, top, relevance }: ExpectedCase): void {
  const logits = top.map(({ id }) => result.logits[id]!);
  const wanted = top.map(({ logit }) => logit);
  expect(deviation(logits, wanted), `${name}: logits`).toBeLessThan(1e-4);
  expect(deviation(result.relevance, relevance), `${name}: relevance`).toBeLessThan(1e-4);
}

describe.each(names)('%s', (name) => {
  beforeEach(async () => {
    loaded = await loadFixture(gpu(), name);
  });

  it('gives the logits and relevances of the float64 fixtures', async () => {
    for (const expected of expectedCases(name)) expectClose(await explainCase(expected), expected);
  });
});

describe.each(names)('%s in row shards', (name) => {
  beforeEach(async () => {
    gpu().bindingCap = 4096;
    loaded = await loadFixture(gpu(), name);
  });

  it('gives the same', async () => {
    const [expected] = expectedCases(name);
    expectClose(await explainCase(expected!), expected!);
  });
});
