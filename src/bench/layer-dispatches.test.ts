import { expect, test } from 'vitest';
import { explainedLayerDispatches } from './layer-dispatches.ts';

test('adds up what a layer takes there and back, without what stands around the layers', () => {
  // Three layers of 10 there and 25 back; 2 before the first, 7 at the top.
  const steps = [100, 112, 122, 132, 139, 164, 189, 214];
  expect(explainedLayerDispatches(steps)).toBe(35);
});

test('knows a single layer too', () => {
  expect(explainedLayerDispatches([0, 10, 17, 42])).toBe(35);
});
