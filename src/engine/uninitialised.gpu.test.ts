// Buffers come out of the pool with what others left in them. Here every one is full of NaN first: whoever reads what
// nobody wrote gives itself away.
import { beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../explain/explain.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import { Generator } from '../generate/generator.ts';
import { expectedCases, fixtureNames, loadFixture } from '../session/fixtures.test-helper.ts';
import { greedy } from '../session/session.ts';
import { useGpu } from './gpu.test-helper.ts';

const gpu = useGpu();
let dirty = false;
beforeAll(() => {
  const { pool } = gpu();
  const take = pool.take.bind(pool);
  pool.take = (bytes, label) => {
    const storage = take(bytes, label);
    if (dirty) gpu().write(storage, 0, new Float32Array(storage.bytes / 4).fill(NaN));
    return storage;
  };
});

async function inDirtyBuffers<Result>(body: () => Promise<Result>): Promise<Result> {
  dirty = true;
  try {
    return await body();
  } finally {
    dirty = false;
  }
}

// Biases, norms of heads, and a sliding window among them.
describe.each(fixtureNames)('the %s fixture', (name) => {
  let loaded: LoadedModel;
  beforeAll(async () => {
    loaded = await loadFixture(gpu(), name);
    return () => loaded.destroy();
  });
  const { ids } = expectedCases(name)[5]!;

  it.each([
    ['attnlrp', 'logit'],
    ['attnlrp', 'centred-logit'],
    ['cp-lrp', 'logit'],
    ['gradient-x-input', 'logit'],
  ] as const)('is explained by %s from a %s as in clean buffers, bit for bit', async (method, scalar) => {
    const request = { ids, target: null, contrast: null, method, scalar };
    const clean = await explain(loaded, request);
    expect(await inDirtyBuffers(() => explain(loaded, request))).toEqual(clean);
  });

  it('writes as in clean buffers', async () => {
    const generator = new Generator(loaded);
    const sampling = { ...greedy, temperature: 1.2, topP: 0.9, seed: 3 };
    const request = { ids, maxTokens: 3, sampling, endOfText: [] };
    const { ids: clean } = await generator.generate(request);
    await generator.generate({ ...request, ids: [1], maxTokens: 1 });
    const { ids: written } = await inDirtyBuffers(() => generator.generate(request));
    expect(written).toEqual(clean);
    generator.destroy();
  });
});
