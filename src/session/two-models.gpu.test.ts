// A session holds one model of each kind: each is replaced by its like alone, and one device carries both.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readImage } from '../platform/node-image.ts';
import { memorySource } from '../load/memory-source.ts';
import { expectedCases } from './fixtures.test-helper.ts';
import type { ExplainImageRequest, Picture } from './session.ts';
import {
  at,
  disposeAfterEach,
  fixtureFolder,
  llama,
  loadedSession,
  loseDevice,
  memoryFolders,
  newSession,
} from './session.test-helper.ts';

disposeAfterEach();
const [expected] = expectedCases('llama');
const textRequest = { ids: expected!.ids, target: null, contrast: null, scalar: 'logit', method: 'attnlrp' } as const;
const vit = at(fixtureFolder('vit-hf'));

let image: Picture;
let imageRequest: ExplainImageRequest;
beforeAll(async () => {
  image = await readImage(`${fixtureFolder('vit-hf')}/image.png`);
  imageRequest = { image, target: null, contrast: null, scalar: 'logit', recipe: 'cp-lrp-gamma' };
});

describe('a session with two models', () => {
  it('tells which kind it has loaded', async () => {
    const session = newSession();
    expect((await session.load(llama)).kind).toBe('language');
    expect(await session.load(vit)).toMatchObject({ kind: 'image', classes: 10, grid: { rows: 4, columns: 4 } });
  });

  it('explains texts and images in turn, with the numbers each model gives alone', async () => {
    const alone = await (await loadedSession()).explain(textRequest);
    const session = await loadedSession(vit);
    const picture = await session.explainImage(imageRequest);
    await session.load(llama);
    const [text, again] = await Promise.all([session.explain(textRequest), session.explainImage(imageRequest)]);
    expect(text.tokens).toEqual(alone.tokens);
    expect(again.patches).toEqual(picture.patches);
  });

  it('keeps the other model when one is replaced or cannot be opened', async () => {
    const session = await loadedSession(vit);
    await session.load(llama);
    await session.load(at(fixtureFolder('mistral')));
    await session.load(vit);
    const config = new Uint8Array(readFileSync(`${fixtureFolder('vit-hf')}/config.json`));
    memoryFolders.set('no weights', memorySource(new Map([['config.json', config]])));
    await expect(session.load(at('no weights'))).rejects.toThrow('safetensors');
    await expect(session.explain({ ...textRequest, ids: [1, 2, 3] })).resolves.toBeDefined();
    await expect(session.explainImage(imageRequest)).resolves.toBeDefined();
  });

  it('loses both with the device, and says so for both', async () => {
    const session = await loadedSession(vit);
    await session.load(llama);
    await expect(session.explainImage(imageRequest, { onProgress: loseDevice })).rejects.toThrow('was lost');
    await expect(session.explain(textRequest)).rejects.toThrow('No model is loaded');
    await expect(session.explainImage(imageRequest)).rejects.toThrow('No image model is loaded');
    await session.load(vit);
    await session.load(llama);
    await expect(session.explainImage(imageRequest)).resolves.toBeDefined();
    await expect(session.explain(textRequest)).resolves.toBeDefined();
  });
});
