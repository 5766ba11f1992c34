import { expect, test } from 'vitest';
import { globals } from 'webgpu';
import { recipes } from '../quantise/recipes.ts';
import { checkText, checkWeights } from './room.ts';
import { modelOf, shapes } from './shapes.ts';

Object.assign(globalThis, globals);

const shape = 'llama-3.1-8b';
const model = modelOf(shapes[shape]!);
const limits = { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 27 };

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
  await expect(checkText(room, model, 1024, limits)).rejects.toThrow(/Explaining 1024 tokens with llama-3.1-8b, .* GB of memory to spare/); // prettier-ignore
  await expect(checkText(room, model, 32, limits)).resolves.toBeUndefined();
});
