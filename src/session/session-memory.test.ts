import { expect, it, vi } from 'vitest';
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
  keeping: 9e6,
  resident: 4e6,
  fits: true,
};

/** Explaining takes 1 MB a token, 2 MB where everything is kept. */
const textPlan = (occupied = 0): MemoryPlan => ({
  budget: 10e6,
  occupied,
  weights: 2e6,
  context: 100,
  cache: 1e6,
  cacheFormat: 'f32',
  writing: 5e6,
  poolLimit: 0,
  resident: 3e6,
  fits: true,
  explainable: (10e6 - occupied - 3e6) / 1e6,
  explaining: async (tokens, keepAll = false) => occupied + 3e6 + tokens * (keepAll ? 2e6 : 1e6),
  beside: async (bytes) => textPlan(bytes),
});

function memory() {
  const purge = vi.fn();
  const gpu = { poolLimit: 0, device: { limits: { maxBufferSize: 2 ** 28 } }, purge: purge as () => void } as Gpu;
  const unloaded: ModelKind[] = [];
  return { gpu, purge, unloaded, held: new SessionMemory((kind) => void unloaded.push(kind)) };
}

it('looks again whether an image can be explained once a language model has come beside', () => {
  const { gpu, held } = memory();
  held.holdImageModel('sight', imagePlan);
  held.limitPool(gpu, 10e6);
  expect(held.admitImage()).toBe(true);
  held.holdLanguageModel('world', { ...textPlan(4e6), resident: 5e6 });
  held.limitPool(gpu, 10e6);
  expect(gpu.poolLimit).toBe(1e6);
  expect(() => held.admitImage()).toThrow(/^Explaining an image takes 6\.0 MB .* taken by world\. Close world/);
  held.release('language');
  held.widenPool(gpu);
  expect(gpu.poolLimit).toBe(6e6);
  expect(held.admitImage()).toBe(true);
});

it('looks again how long a text can be explained once an image model has come or gone', async () => {
  const { gpu, held } = memory();
  held.holdLanguageModel('world', textPlan());
  held.limitPool(gpu, 10e6);
  await expect(held.admitText({ tokens: 7 })).resolves.toBe(false);
  held.holdImageModel('sight', imagePlan);
  await expect(held.admitText({ tokens: 7 })).rejects.toThrow(/It fits once sight is closed\.$/);
  await expect(held.admitText({ tokens: 3 })).resolves.toBe(false);
  held.release('image');
  await expect(held.admitText({ tokens: 7 })).resolves.toBe(false);
});

it('keeps what blocks save where there is room for it, beside the other model, unless told otherwise', async () => {
  const { gpu, held } = memory();
  held.holdLanguageModel('world', textPlan());
  held.holdImageModel('sight', imagePlan);
  held.limitPool(gpu, 10e6);
  await expect(held.admitText({ tokens: 1 })).resolves.toBe(true);
  await expect(held.admitText({ tokens: 2 })).resolves.toBe(false);
  expect(held.admitImage()).toBe(false);
  await expect(held.admitText({ tokens: 2, wayBack: 'keep-all' })).rejects.toThrow('without --keep-all');
  expect(() => held.admitImage({ wayBack: 'keep-all' })).toThrow(/^Keeping all .* but 10 MB are allowed/);
  held.release('image');
  await expect(held.admitText({ tokens: 3 })).resolves.toBe(true);
  await expect(held.admitText({ tokens: 3, wayBack: 'recompute' })).resolves.toBe(false);
  await expect(held.admitText({ tokens: 3, wayBack: 'keep-all' })).resolves.toBe(true);
  held.holdImageModel('sight', imagePlan);
  held.release('language');
  expect(held.admitImage()).toBe(true);
  expect(held.admitImage({ wayBack: 'recompute' })).toBe(false);
});

it('keeps as much as GPUs usually have where nobody says what may be taken, and refuses nothing', async () => {
  const { gpu, held } = memory();
  const language = { ...textPlan(), budget: Infinity, explainable: 5000 };
  held.holdLanguageModel('world', language);
  held.limitPool(gpu, Infinity);
  expect(gpu.poolLimit).toBe(Infinity);
  // A buffer of 256 MiB at most stands for 1 GB.
  await expect(held.admitText({ tokens: 498 })).resolves.toBe(true);
  await expect(held.admitText({ tokens: 499 })).resolves.toBe(false);
  held.holdImageModel('sight', { ...imagePlan, budget: Infinity, keeping: 2e9, explaining: 1.9e9 });
  expect(held.admitImage()).toBe(false);
});

it('makes way for a model that does not fit beside the one before it', () => {
  const { gpu, held, purge, unloaded } = memory();
  held.holdLanguageModel('world', textPlan());
  const room = held.roomOn(gpu, 10e6);
  expect([room.other('language'), room.other('image')?.name]).toEqual([null, 'world']);
  expect(purge).not.toHaveBeenCalled();
  room.makeWay('language', 7e6);
  expect(purge).toHaveBeenCalledOnce();
  expect(unloaded).toEqual([]);
  room.makeWay('language', 7.1e6);
  expect(unloaded).toEqual(['language']);
  held.roomOn(gpu, Infinity).makeWay('language', 1e12);
  expect(unloaded).toEqual(['language']);
});
