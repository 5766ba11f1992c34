// A GPU that offers nothing beyond what WebGPU guarantees explains as well as any other.
import { expect, it } from 'vitest';
import { explain } from '../explain/explain.ts';
import { expectedCases, loadFixture } from '../session/fixtures.test-helper.ts';
import { deviation, useGpu } from './gpu.test-helper.ts';

const gpu = useGpu({ defaultsOnly: true });

it('explains with no features and default limits as the float64 fixtures say', async () => {
  expect(gpu().description.features).toEqual([]);
  expect(gpu().device.limits.maxStorageBufferBindingSize).toBe(2 ** 27);
  const loaded = await loadFixture(gpu(), 'llama');
  try {
    for (const expected of expectedCases('llama')) {
      const { name, ids, method, target, contrast } = expected;
      const request = { ids, target: target.id, contrast: contrast?.id ?? null, scalar: 'logit', method } as const;
      const result = await explain(loaded, request);
      const logits = expected.top.map(({ id }) => result.logits[id]!);
      const wanted = expected.top.map(({ logit }) => logit);
      expect(deviation(logits, wanted), `${name}: logits`).toBeLessThan(1e-5);
      // Under the true gradient the parts of a norm cancel, and with them up to two digits.
      const tolerance = method === 'gradient-x-input' ? 3e-4 : 1e-4;
      expect(deviation(result.relevance, expected.relevance), `${name}: relevance`).toBeLessThan(tolerance);
      expect(Math.abs(result.score - expected.ledger.score), `${name}: score`).toBeLessThan(1e-4);
    }
  } finally {
    loaded.destroy();
  }
});
