import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DenseData, QuantisedData, WeightData } from '../engine/weight-data.ts';
import { memoryFile } from '../load/memory-source.ts';
import { readHeader } from '../load/safetensors.ts';
import { convertedMetadata, keyOfWeight, readConverted } from './converted-file.ts';
import { layoutConverted, shapeOf } from './converted-layout.ts';
import { quantise } from './quantise-data.ts';
import { gridFor, identityOf, recipes } from './recipes.ts';

/** Numbers without a pattern, the same in every run. */
function numbers(count: number): Float32Array<ArrayBuffer> {
  let state = 7;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  return Float32Array.from({ length: count }, next);
}

function dense(name: string, rows: number, columns: number): DenseData {
  const bytes = new Uint8Array(numbers(rows * columns).buffer);
  const read = async (first: number, last: number) => bytes.slice(first * columns * 4, last * columns * 4);
  return { name, format: 'F32', rows, columns, read };
}

const weights = new Map<string, WeightData>([
  ['norm.weight', dense('norm.weight', 1, 5)],
  // Rows that fill neither octets nor groups.
  ['up.weight', quantise(dense('up.weight', 7, 43), recipes.int4.layer)],
  ['head.weight', quantise(dense('head.weight', 3, 100), recipes.int8.table)],
  [keyOfWeight({ name: 'up.weight', firstRow: 7 }), quantise(dense('up.weight', 2, 8), recipes.int4.layer)],
]);
const shapes = new Map([...weights].map(([key, data]) => [key, shapeOf(data)]));
const facts = {
  origin: 'owner/model at c0ffee',
  recipe: identityOf(recipes.int4),
  warnings: ['One tensor is unused.'],
};

async function written(): Promise<Uint8Array<ArrayBuffer>> {
  const { header, bytes, places } = layoutConverted(shapes, convertedMetadata(facts, shapes));
  const file = new Uint8Array(bytes);
  file.set(header);
  for (const [key, data] of weights) {
    const { words, groups } = places.get(key)!;
    for (let row = 0; row < data.rows; row++) {
      const codes = 'readCodes' in data ? data.readCodes(row, row + 1) : data.read(row, row + 1);
      file.set(await codes, words.start + row * words.rowBytes);
      if (groups)
        file.set(await (data as QuantisedData).readGroups(row, row + 1), groups.start + row * groups.rowBytes);
    }
  }
  return file;
}

const contentOf = async (data: WeightData): Promise<unknown> =>
  'readCodes' in data
    ? [data.format, await data.readCodes(0, data.rows), await data.readGroups(0, data.rows)]
    : [data.format, await data.read(0, data.rows)];

describe('a file of converted weights', () => {
  it('gives back every byte, whole or row by row', async () => {
    const file = memoryFile('int4.safetensors', await written());
    const found = (await readConverted(file, facts))!;
    expect(found.warnings).toEqual(facts.warnings);
    expect([...found.weights.keys()]).toEqual([...weights.keys()]);
    for (const [key, data] of weights) {
      const read = found.weights.get(key)!;
      expect(read).toMatchObject({ name: data.name, rows: data.rows, columns: data.columns });
      expect(await contentOf(read)).toEqual(await contentOf(data));
    }
    const [one, three] = await Promise.all(
      [found.weights, weights].map((of) => (of.get('up.weight') as QuantisedData).readGroups(3, 5)),
    );
    expect(one).toEqual(three);
  });

  it('is a safetensors file that anyone can open', async () => {
    const { tensors, metadata } = await readHeader(memoryFile('int4.safetensors', await written()));
    expect(tensors.map(({ name, dtype, shape }) => `${name} ${dtype} ${shape.join('×')}`)).toEqual([
      'norm.weight F32 1×5',
      'up.weight.codes U8 7×24',
      'up.weight.groups U32 7×2',
      'head.weight.codes U8 3×104',
      'head.weight.groups U32 3×2',
      'up.weight@7.codes U8 2×4',
      'up.weight@7.groups U32 2×1',
    ]);
    expect(metadata).toMatchObject({ origin: facts.origin, recipe: facts.recipe });
  });

  it('counts for nothing where it was made of something else, or in another way', async () => {
    const bytes = await written();
    const file = memoryFile('int4.safetensors', bytes);
    expect(await readConverted(file, { ...facts, origin: 'owner/model at another commit' })).toBeNull();
    expect(await readConverted(file, { ...facts, recipe: identityOf(recipes.int8) })).toBeNull();
    const older = new TextDecoder('latin1').decode(bytes).replace('"attnlrp-webgpu":"1"', '"attnlrp-webgpu":"0"');
    const olderFile = memoryFile(
      'int4.safetensors',
      Uint8Array.from(older, (letter) => letter.charCodeAt(0)),
    );
    expect(await readConverted(olderFile, facts)).toBeNull();
  });

  it('is refused where it ends too early', async () => {
    const cut = memoryFile('int4.safetensors', (await written()).subarray(0, -1));
    await expect(readConverted(cut, facts)).rejects.toThrow(/int4\.safetensors is cut off/);
  });
});

const siteNames = [
  'model.embed_tokens.weight',
  'lm_head.weight',
  'model.layers.0.mlp.up_proj.weight',
  'vit.embeddings.position_embeddings',
  'vit.embeddings.patch_embeddings.projection.weight',
  'classifier.weight',
  'blocks.0.attn.qkv.weight',
];

it('the same weights become the same codes; if that changes, raise conversionVersion and this digest', async () => {
  const digest = createHash('sha256');
  for (const data of weights.values()) digest.update(JSON.stringify(await contentOf(data)));
  for (const name of siteNames) digest.update(JSON.stringify(gridFor(name, recipes.int4)));
  digest.update(identityOf(recipes.int8)).update(identityOf(recipes.int4));
  expect(digest.digest('hex')).toBe('a534eab3dc2757bc3b0dab0bebb2259db8365b69272e0b00dc591a866ca16a8b');
});
