// What is told of an image classifier against what a real device holds while it explains.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { recipes, type Recipe } from '../engine/rules.ts';
import { explainImage } from '../explain/explain-image.ts';
import { nodeSource } from '../platform/node-source.ts';
import { openModel } from '../session/open-model.ts';
import { countedGpu } from './counted-gpu.test-helper.ts';
import { planImageMemory } from './image-plan.ts';
import type { WeightSpec } from '../models/model.ts';
import type { StorageChoice, StoredAs } from './weight-bytes.ts';

const folder = join(import.meta.dirname, '../../e2e/fixtures/vit-hf');

// What was told may be up to 5 % too much, and 2 % too little.
function expectAsTold(measured: number, told: number): void {
  expect(measured / told).toBeGreaterThan(0.95);
  expect(measured / told).toBeLessThan(1.02);
}

it('the memory of an image classifier is known before it explains', async () => {
  const { gpu, held } = await countedGpu();
  const opened = await openModel(gpu, nodeSource(folder), {});
  if (opened.kind !== 'image') throw new Error('the vit-hf fixture is an image classifier');
  const { loaded } = opened;
  const { model, weights } = loaded;
  const formatOf = (spec: WeightSpec) => weights.weight(spec).shards[0]!.layout.name as StoredAs['format'];
  const asLoaded: StorageChoice = (spec) => ({ format: formatOf(spec) });
  const request = { model, choose: asLoaded, gpu };
  const plan = await planImageMemory({ ...request, budget: 1e9 });
  expect(plan).toMatchObject({ weights: weights.bytes, occupied: 0, fits: true });
  const patches = new Float32Array(model.image.channels * model.image.height * model.image.width).fill(0.5);
  const options = { patches, target: null, contrast: null, scalar: 'centred-logit' } as const;
  const peakOf = async (recipe: Recipe, keepAll: boolean): Promise<number> => {
    gpu.purge();
    held.peak = held.bytes;
    await explainImage(loaded, { ...options, rules: recipes[recipe], keepAll });
    return held.peak;
  };
  expectAsTold(await peakOf('attnlrp-gamma', false), plan.explaining);
  expectAsTold(await peakOf('attnlrp-gamma', true), plan.keeping);
  expect(plan.keeping - plan.weights).toBeGreaterThan(1.2 * (plan.explaining - plan.weights));
  for (const recipe of Object.keys(recipes) as Recipe[]) {
    expect(await peakOf(recipe, false), recipe).toBeLessThan(1.02 * plan.explaining);
    expect(await peakOf(recipe, true), recipe).toBeLessThan(1.02 * plan.keeping);
  }
  const beside = await planImageMemory({ ...request, budget: plan.explaining, occupied: 1 });
  expect(beside.fits).toBe(false);
  gpu.destroy();
});
