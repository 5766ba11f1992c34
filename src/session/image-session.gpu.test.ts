// Whole explanations of images on the GPU, against the float64 fixture: every recipe, patches and ledger.
import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { deviation, useGpu } from '../engine/gpu.test-helper.ts';
import { recipes } from '../engine/rules.ts';
import { readImage } from '../platform/node-image.ts';
import { nodeSource } from '../platform/node-source.ts';
import { explainPicture } from './image-session.ts';
import { openModel, type OpenedImageModel } from './open-model.ts';
import type { ExplainImageRequest, Picture, RecipeName } from './session.ts';

interface Expected {
  readonly name: string;
  readonly recipe: RecipeName;
  readonly target: { readonly id: number };
  readonly top: { readonly id: number; readonly label: string; readonly logit: number }[];
  readonly patches: number[];
  readonly ledger: Readonly<Record<'score' | 'inputs' | 'softmax' | 'biases' | 'positions' | 'cls', number>>;
}

const folder = new URL('../../e2e/fixtures/vit-hf', import.meta.url).pathname;
const { cases } = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as { cases: Expected[] };

const gpu = useGpu();

async function openVit(): Promise<OpenedImageModel> {
  const opened = await openModel(gpu(), nodeSource(folder), {});
  if (opened.kind !== 'image') throw new Error('vit-hf is an image model');
  return opened;
}

let opened: OpenedImageModel;
let image: Picture;
beforeAll(async () => {
  opened = await openVit();
  image = await readImage(`${folder}/image.png`);
});

const requestOf = ({ target, recipe }: Pick<Expected, 'target' | 'recipe'>): ExplainImageRequest => ({
  image,
  target: target.id,
  contrast: null,
  scalar: 'logit',
  recipe,
});

it.each(cases)('gives the numbers of $name', async (expected) => {
  const result = await explainPicture(opened, requestOf(expected), {});
  expect(result.classes.map(({ id, label }) => [id, label])).toEqual(expected.top.map(({ id, label }) => [id, label]));
  const logits = result.classes.map(({ logit }) => logit);
  expect(deviation(logits, expected.top.map(({ logit }) => logit))).toBeLessThan(1e-4); // prettier-ignore
  expect(deviation(result.patches, expected.patches)).toBeLessThan(expected.recipe.endsWith('gamma') ? 1e-3 : 1e-4);
  const entries = ['score', 'inputs', 'softmax', 'biases', 'positions', 'cls'] as const;
  const booked = entries.map((entry) => result.ledger[entry] ?? Number.NaN);
  const stated = entries.map((entry) => expected.ledger[entry] ?? 0);
  expect(deviation(booked, stated)).toBeLessThan(1e-4);
  expect(Math.abs(result.ledger.residue!)).toBeLessThan(1e-4 * Math.max(...stated.map(Math.abs)));
});

it.each(Object.keys(recipes) as RecipeName[])(
  'gives the same numbers by %s, bit for bit, whether blocks are kept or computed again',
  async (recipe) => {
    const request = requestOf({ target: { id: 1 }, recipe });
    const again = await explainPicture(opened, { ...request, keepAll: false }, {});
    expect(await explainPicture(opened, { ...request, keepAll: true }, {})).toEqual(again);
  },
);

it('takes a gamma of its own in place of the recipe’s: all at zero, it is the epsilon recipe', async () => {
  const request = { ...requestOf({ target: { id: 1 }, recipe: 'cp-lrp-gamma' }), gammas: { mlp: 0, patches: 0 } };
  const zero = await explainPicture(opened, request, {});
  const epsilon = await explainPicture(opened, requestOf({ target: { id: 1 }, recipe: 'cp-lrp-epsilon' }), {});
  expect(zero.patches).toEqual(epsilon.patches);
});

it('tells the gammas it used, and refuses them where a method has none', async () => {
  const request = { ...requestOf({ target: { id: 1 }, recipe: 'cp-lrp-gamma' }), gammas: { head: 0.5 } };
  const { gammas } = await explainPicture(opened, request, {});
  expect(gammas).toEqual({ patches: 0.25, 'query-key-value': 0, out: 0, mlp: 0.05, head: 0.5 });
  const gradient = { ...request, recipe: 'gradient-x-input' } as const;
  await expect(explainPicture(opened, gradient, {})).rejects.toThrow('gradient-x-input has no γ to set');
  expect((await explainPicture(opened, { ...gradient, gammas: {} }, {})).gammas).toBeNull();
});

it('explains what it has shown in place of the picture, with the same numbers', async () => {
  const request = requestOf({ target: { id: 1 }, recipe: 'cp-lrp-gamma' });
  const data = Uint8Array.from({ length: 45 * 37 * 3 }, (_, index) => (index * 31) % 256);
  const first = await explainPicture(opened, { ...request, image: { width: 45, height: 37, data } }, {});
  const again = await explainPicture(opened, { ...request, image: first.seen }, {});
  expect(again.patches).toEqual(first.patches);
});

it('explains a contrast as the difference of two classes', async () => {
  const request = requestOf({ target: { id: 1 }, recipe: 'attnlrp-epsilon' });
  const [a, b] = [
    await explainPicture(opened, request, {}),
    await explainPicture(opened, { ...request, target: 2 }, {}),
  ];
  const contrast = await explainPicture(opened, { ...request, contrast: 2 }, {});
  expect(deviation(contrast.patches, a.patches.map((value, patch) => value - b.patches[patch]!))).toBeLessThan(1e-4); // prettier-ignore
  expect(contrast.ledger.score).toBeCloseTo(a.ledger.score - b.ledger.score, 5);
});

it('keeps no ledger for gradient × input', async () => {
  const result = await explainPicture(opened, requestOf({ target: { id: 1 }, recipe: 'gradient-x-input' }), {});
  const { softmax, biases, positions, cls, residue } = result.ledger;
  expect([softmax, biases, positions, cls, residue]).toEqual([null, null, null, null, null]);
});

it('gives the same numbers when no weight fits into one binding', async () => {
  const request = requestOf({ target: { id: 1 }, recipe: 'cp-lrp-gamma' });
  const whole = await explainPicture(opened, request, {});
  gpu().bindingCap = 8192;
  const sharded = await openVit();
  gpu().bindingCap = gpu().device.limits.maxStorageBufferBindingSize;
  const result = await explainPicture(sharded, request, {});
  expect(deviation(result.patches, whole.patches)).toBeLessThan(1e-5);
  sharded.loaded.weights.destroy();
});

it('gives every patch nothing for an image of the mean colour', async () => {
  const grey = { ...image, data: new Uint8Array(image.data.length).fill(127) };
  // 127 is not exactly the mean: relevance falls with its distance, 1/255, against contrasts of about 1.
  const request = { ...requestOf({ target: { id: 1 }, recipe: 'cp-lrp-epsilon' }), image: grey };
  const result = await explainPicture(opened, request, {});
  const ordinary = await explainPicture(opened, requestOf({ target: { id: 1 }, recipe: 'cp-lrp-epsilon' }), {});
  const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
  expect(largest(result.patches)).toBeLessThan(0.1 * largest(ordinary.patches));
});
