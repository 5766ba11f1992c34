// What is told of an image classifier against what a real device holds while it explains.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { recipes } from '../engine/rules.ts';
import { explainImage } from '../explain/explain-image.ts';
import { nodeSource } from '../platform/node-source.ts';
import { openModel } from '../session/open-model.ts';
import { countedGpu } from './counted-gpu.test-helper.ts';
import { planImageMemory } from './image-plan.ts';
import type { StoredAs } from './weight-bytes.ts';

const folder = join(import.meta.dirname, '../../e2e/fixtures/vit-hf');

it('the memory of an image classifier is known before it explains', async () => {
  const { gpu, held } = await countedGpu();
  const opened = await openModel(gpu, nodeSource(folder), {});
  if (opened.kind !== 'image') throw new Error('the vit-hf fixture is an image classifier');
  const { loaded } = opened;
  const { model, weights } = loaded;
  const asLoaded = (spec: Parameters<typeof weights.weight>[0]): StoredAs => ({ format: weights.weight(spec).format });
  const request = { model, choose: asLoaded, limits: gpu.device.limits };
  const plan = await planImageMemory({ ...request, budget: 1e9 });
  expect(plan).toMatchObject({ weights: weights.bytes, occupied: 0, fits: true });
  const patches = new Float32Array(model.image.channels * model.image.height * model.image.width).fill(0.5);
  const options = { patches, target: null, contrast: null, scalar: 'centred-logit' } as const;
  await explainImage(loaded, { ...options, rules: recipes['attnlrp-gamma'] });
  // What was told may be up to 5 % too much, and 2 % too little.
  expect(held.peak / plan.explaining).toBeGreaterThan(0.95);
  expect(held.peak / plan.explaining).toBeLessThan(1.02);
  const beside = await planImageMemory({ ...request, budget: plan.explaining, occupied: 1 });
  expect(beside.fits).toBe(false);
  gpu.destroy();
});
