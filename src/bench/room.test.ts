import { expect, test } from 'vitest';
import { globals } from 'webgpu';
import { alone } from '../engine/lanes.ts';
import { recipes } from '../quantise/recipes.ts';
import { checkText, checkWeights } from './room.ts';
import { modelOf, shapes } from './shapes.ts';

Object.assign(globalThis, globals);

const shape = 'llama-3.1-8b';
const model = modelOf(shapes[shape]!);
const gpu = { device: { limits: { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 27 } }, lanes: alone };

test('says before anything is made that weights do not fit, and what would', () => {
  const room = { bytes: 8e9, shape, recipe: null };
  expect(() => checkWeights(room, model)).toThrow(
    'The weights of llama-3.1-8b take 16.1 GB, but this machine has 8 GB of memory to spare. --quantize int4 takes 5.5 GB; --layers N measures fewer layers.',
  );
  expect(() => checkWeights({ ...room, recipe: recipes.int4 }, model)).not.toThrow();
  expect(() => checkWeights({ ...room, bytes: Infinity }, model)).not.toThrow();
});

test('says so of a text that is too long to explain beside the weights', async () => {
  const room = { bytes: 8e9, shape, recipe: recipes.int4 };
  await expect(checkText(room, model, { explain: 1024 }, gpu)).rejects.toThrow(/Explaining 1024 tokens with llama-3.1-8b, .* GB of memory to spare/); // prettier-ignore
  await expect(checkText(room, model, { prefill: 32, explain: 8 }, gpu)).resolves.toBeUndefined();
});

test('says so of a text that is longer than the context, which ends sooner with more layers', async () => {
  const room = { bytes: Infinity, shape, recipe: recipes.int4 };
  const deep = modelOf(shapes[shape]!, 64);
  await expect(checkText(room, deep, { prefill: 8, decode: 1015, explain: 8 }, gpu)).rejects.toThrow(
    '--decode: 1015 tokens do not fit. With 64 layers, llama-3.1-8b has a context of 1024 tokens here: at most 1014, or more with fewer --layers.',
  );
  await expect(checkText(room, deep, { explain: 1025 }, gpu)).rejects.toThrow(/^--explain: 1025 .* at most 1024,/);
  await expect(checkText(room, deep, { decode: 1014, growth: 1024 }, gpu)).resolves.toBeUndefined();
  await expect(checkText(room, model, { decode: 1015, explain: 1025 }, gpu)).resolves.toBeUndefined();
});
