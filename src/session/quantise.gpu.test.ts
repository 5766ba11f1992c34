// Models quantised while they are loaded: what the session says of them, that they explain, and what it refuses.
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { testGpu } from '../engine/gpu.test-helper.ts';
import { memorySource } from '../load/memory-source.ts';
import { readImage } from '../platform/node-image.ts';
import { nodeSource } from '../platform/node-source.ts';
import { expectedCases, quantisedFixtureNames } from './fixtures.test-helper.ts';
import { cosine, quantisationQuality } from './quantisation-quality.ts';
import { greedy } from './session.ts';
import { at, disposeAfterEach, fixtureFolder, llama, memoryFolders, newSession } from './session.test-helper.ts';

// Every format has kernels of its own, which a software driver compiles in seconds when it meets them first.
vi.setConfig({ testTimeout: 300_000 });
disposeAfterEach();
const [expected] = expectedCases('llama');
const request = { ids: expected!.ids, target: expected!.target.id, contrast: null } as const;
const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

it.each([
  ['int8', 'int8 (group 64)', 0.999],
  ['int4', 'int4 (group 32) + int8 (group 64)', 0.95],
] as const)('loads a language model as %s, smaller and much the same', async (quantize, format, least) => {
  const session = newSession();
  const asStored = await session.load(llama);
  const info = await session.load({ ...llama, quantize });
  expect(info).toMatchObject({ format, parameters: asStored.parameters });
  expect(info.weightBytes).toBeLessThan(asStored.weightBytes * (quantize === 'int8' ? 0.6 : 0.5));
  const { tokens, ledger, target } = await session.explain({ ...request, scalar: 'logit', method: 'attnlrp' });
  expect(target.logit).not.toBe(expected!.target.logit);
  const relevance = tokens.map((token) => token.relevance);
  expect(cosine(relevance, expected!.relevance)).toBeGreaterThan(least);
  expect(Math.abs(ledger.residue! / ledger.score)).toBeLessThan(1e-5);
  const { ids } = await session.generate({ ids: expected!.ids, maxTokens: 2, sampling: greedy });
  expect(ids).toHaveLength(2);
});

it('quantises a vision transformer, but not its positions', async () => {
  const folder = fixtureFolder('vit-hf');
  const session = newSession();
  const info = await session.load({ ...at(folder), quantize: 'int4' });
  expect(info.format).toBe('int4 (group 32) + int8 (group 64) + F32');
  const image = await readImage(`${folder}/image.png`);
  const picture = { image, target: null, contrast: null, scalar: 'logit', recipe: 'cp-lrp-gamma' } as const;
  const { patches, ledger } = await session.explainImage(picture);
  const { score, inputs, softmax, biases, positions, cls, residue } = ledger;
  expect(sumOf(patches)).toBeCloseTo(inputs, 4);
  expect(sumOf([inputs, softmax!, biases!, positions!, cls!, residue!])).toBeCloseTo(score, 4);
  expect(Math.abs(residue! / score)).toBeLessThan(1e-4);
});

it('never quantises again what is quantised already, and keeps the model that was there', async () => {
  const session = newSession();
  await session.load(llama);
  const stored = at(fixtureFolder(quantisedFixtureNames[0]!));
  await expect(session.load({ ...stored, quantize: 'int8' })).rejects.toThrow(
    'The checkpoint is quantised already (int4 (group 32)).',
  );
  await expect(session.generate({ ids: [1], maxTokens: 1, sampling: greedy })).resolves.toBeDefined();
});

it('refuses to quantise a number that is none, and names its tensor', async () => {
  const folder = fixtureFolder('mistral');
  const file = new Uint8Array(readFileSync(`${folder}/model.safetensors`));
  const headerBytes = Number(new DataView(file.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerBytes)));
  const name = 'model.layers.1.mlp.up_proj.weight';
  const { dtype, shape, data_offsets } = header[name];
  expect(dtype).toBe('F32');
  file.set([0, 0, 0xc0, 0x7f], 8 + headerBytes + data_offsets[0] + (2 * shape[1] + 3) * 4);
  const config = new Uint8Array(readFileSync(`${folder}/config.json`));
  const files = new Map([
    ['config.json', config],
    ['model.safetensors', file],
  ]);
  memoryFolders.set('/damaged', memorySource(files));
  await expect(newSession().load({ ...at('/damaged'), quantize: 'int4' })).rejects.toThrow(
    `Tensor "${name}" holds NaN in row 2, column 3, which cannot be quantised.`,
  );
});

it('keeps the logits of a real model near those of its weights as stored', async () => {
  const gpu = await testGpu();
  const source = nodeSource(new URL('../../public/models/tiny-world', import.meta.url).pathname);
  const seen: string[] = [];
  const job = { onProgress: (name: string) => void seen.push(name) };
  const results = await quantisationQuality(gpu, source, { ids: null, tokens: 40 }, job);
  expect(results.map(({ name }) => name)).toEqual(seen);
  const of = (name: string) => results.find((result) => result.name === name)!;
  expect(of('as stored')).toMatchObject({ format: 'F16', cosine: expect.closeTo(1, 9), sameToken: 1 });
  expect(of('int8').cosine).toBeGreaterThan(0.9995);
  expect(of('int8 per row').cosine).toBeGreaterThan(0.9995);
  expect(of('int4').cosine).toBeGreaterThan(0.985);
  expect(of('int4 symmetric').cosine).toBeGreaterThan(0.975);
  expect(of('int4').weightBytes).toBeLessThan(0.4 * of('as stored').weightBytes);
  gpu.destroy();
});
