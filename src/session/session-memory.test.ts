import { expect, it } from 'vitest';
import type { Gpu } from '../engine/gpu.ts';
import type { ImageMemoryPlan } from '../memory/image-plan.ts';
import type { MemoryPlan } from '../memory/memory-plan.ts';
import type { ModelKind } from './session.ts';
import { SessionMemory } from './session-memory.ts';

const imagePlan: ImageMemoryPlan = {
  budget: 10e6,
  occupied: 0,
  weights: 3e6,
  explaining: 6e6,
  resident: 4e6,
  fits: true,
};

/** Explaining takes 1 MB a token. */
const textPlan = (occupied = 0): MemoryPlan => ({
  budget: 10e6,
  occupied,
  weights: 2e6,
  context: 100,
  cache: 1e6,
  writing: 5e6,
  poolLimit: 0,
  resident: 3e6,
  fits: true,
  explainable: (10e6 - occupied - 3e6) / 1e6,
  explaining: async (tokens) => occupied + 3e6 + tokens * 1e6,
  beside: async (bytes) => textPlan(bytes),
});

function memory() {
  const gpu = { poolLimit: 0, device: { limits: {} } } as Gpu;
  const unloaded: ModelKind[] = [];
  return { gpu, unloaded, held: new SessionMemory((kind) => void unloaded.push(kind)) };
}

it('looks again whether an image can be explained once a language model has come beside', () => {
  const { gpu, held } = memory();
  held.holdImageModel('sight', imagePlan, 3e6);
  held.limitPool(gpu, 10e6);
  expect(() => held.checkImage()).not.toThrow();
  held.holdLanguageModel('world', { ...textPlan(4e6), resident: 5e6 }, 2e6);
  held.limitPool(gpu, 10e6);
  expect(gpu.poolLimit).toBe(1e6);
  expect(() => held.checkImage()).toThrow(/^Explaining an image takes 6\.0 MB .* taken by world\. Close world/);
  held.release('language');
  held.widenPool(gpu);
  expect(gpu.poolLimit).toBe(6e6);
  expect(() => held.checkImage()).not.toThrow();
});

it('looks again how long a text can be explained once an image model has come or gone', async () => {
  const { gpu, held } = memory();
  held.holdLanguageModel('world', textPlan(), 2e6);
  held.limitPool(gpu, 10e6);
  await expect(held.checkText(7)).resolves.toBeUndefined();
  held.holdImageModel('sight', imagePlan, 3e6);
  await expect(held.checkText(7)).rejects.toThrow(/It fits once sight is closed\.$/);
  await expect(held.checkText(3)).resolves.toBeUndefined();
  held.release('image');
  await expect(held.checkText(7)).resolves.toBeUndefined();
});

it('makes way for a model that does not fit beside the one before it', () => {
  const { gpu, held, unloaded } = memory();
  held.holdLanguageModel('world', textPlan(), 2e6);
  const room = held.roomOn(gpu, 10e6)!;
  expect([room.other('language'), room.other('image')?.name]).toEqual([null, 'world']);
  room.makeWay('language', 7e6);
  expect(unloaded).toEqual([]);
  room.makeWay('language', 7.1e6);
  expect(unloaded).toEqual(['language']);
  expect(held.roomOn(gpu, null)).toBeNull();
});
