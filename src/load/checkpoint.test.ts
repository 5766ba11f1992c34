import { describe, expect, it } from 'vitest';
import { openCheckpoint } from './checkpoint.ts';
import { memorySource } from './memory-source.ts';
import type { Source } from './source.ts';
import { readRows } from './stored-tensor.ts';
import { counting, safetensors, utf8 } from './safetensors.test-helper.ts';

const index = (map: unknown) => utf8(JSON.stringify({ metadata: {}, weight_map: map }));
const folder = (files: { readonly [name: string]: Uint8Array }): Source =>
  memorySource(new Map(Object.entries(files)), 'tiny');
/** A server cannot list its folder. */
const unlisted = (files: { readonly [name: string]: Uint8Array }): Source => {
  const { name, open } = folder(files);
  return { name, open };
};
const indexFile = 'model.safetensors.index.json';

describe('openCheckpoint', () => {
  it('opens a single file', async () => {
    const found = await openCheckpoint(
      folder({ 'model.safetensors': safetensors({ a: counting(2, 3), b: counting(4) }) }),
    );
    expect([...found.tensors.keys()]).toEqual(['a', 'b']);
    expect(found.totalBytes).toBe(40);
  });

  it('opens the shards of an index', async () => {
    const found = await openCheckpoint(
      folder({
        [indexFile]: index({ a: '1.safetensors', b: '2.safetensors' }),
        '1.safetensors': safetensors({ a: counting(2, 3) }),
        '2.safetensors': safetensors({ b: counting(4) }),
      }),
    );
    expect([...found.tensors.values()].map(({ name, file }) => `${name} ${file.name}`)).toEqual([
      'a 1.safetensors',
      'b 2.safetensors',
    ]);
  });

  const shard = safetensors({ a: counting(1) });

  it.each([
    ['the only file', folder({ 'gptq_model-4bit-128g.safetensors': shard })],
    [
      'the only index',
      folder({ 'gptq.safetensors.index.json': index({ a: 'gptq-1.safetensors' }), 'gptq-1.safetensors': shard }),
    ],
    [
      'the file that quantize_config.json names',
      unlisted({ 'gptq.safetensors': shard, 'quantize_config.json': utf8('{"model_file_base_name": "gptq"}') }),
    ],
  ])('opens weights under another name: %s', async (_what, source) => {
    expect([...(await openCheckpoint(source)).tensors.keys()]).toEqual(['a']);
  });

  const cases: readonly (readonly [what: string, source: Source, sentence: RegExp])[] = [
    [
      'a shard that is missing',
      folder({ [indexFile]: index({ a: '1.safetensors', b: '2.safetensors' }), '1.safetensors': shard }),
      /tiny lacks 2\.safetensors, which model\.safetensors\.index\.json names/,
    ],
    [
      'a tensor that its shard lacks',
      folder({ [indexFile]: index({ a: '1.safetensors', b: '1.safetensors' }), '1.safetensors': shard }),
      /tensor "b" is in 1\.safetensors, but that file does not hold it/,
    ],
    [
      'a tensor that lies in another shard than the index says',
      folder({
        [indexFile]: index({ a: '2.safetensors', b: '1.safetensors' }),
        '1.safetensors': shard,
        '2.safetensors': safetensors({ b: counting(1) }),
      }),
      /tensor "a" is in 2\.safetensors, but that file does not hold it/,
    ],
    [
      'a tensor in two shards',
      folder({
        [indexFile]: index({ a: '1.safetensors', b: '2.safetensors' }),
        '1.safetensors': shard,
        '2.safetensors': safetensors({ a: counting(1), b: counting(1) }),
      }),
      /Tensor "a" is in 1\.safetensors and again in 2\.safetensors/,
    ],
    [
      'a broken shard',
      folder({ [indexFile]: index({ a: '1.safetensors' }), '1.safetensors': shard.slice(0, -1) }),
      /1\.safetensors is cut off/,
    ],
    ['an index without a map', folder({ [indexFile]: utf8('{"weight_map":[]}') }), /must hold "weight_map"/],
    [
      'an index that leaves the folder',
      folder({ [indexFile]: index({ a: '../x.safetensors' }) }),
      /maps tensor "a" to "\.\.\/x/,
    ],
    ['an index that names a number', folder({ [indexFile]: index({ a: 7 }) }), /maps tensor "a" to 7/],
    [
      'a folder without weights',
      folder({ 'config.json': utf8('{}') }),
      /tiny holds neither model\.safetensors nor model\.safetensors\.index\.json\. Choose a folder/,
    ],
    [
      'a PyTorch folder',
      folder({ 'pytorch_model.bin': utf8('PK') }),
      /but pytorch_model\.bin\. Convert the model to safetensors/,
    ],
    ['a PyTorch folder on a server', unlisted({ 'pytorch_model.bin': utf8('PK') }), /but pytorch_model\.bin\. Convert/],
    [
      'a GGUF folder',
      folder({ 'tiny.Q4_K.gguf': utf8('GGUF') }),
      /but tiny\.Q4_K\.gguf\. Convert the model to safetensors/,
    ],
    [
      'several files without an index',
      folder({ 'tiny.safetensors': shard, 'more.safetensors': shard }),
      /but tiny\.safetensors, more\.safetensors\. Add the index/,
    ],
    [
      'a base name that leaves the folder',
      unlisted({ 'quantize_config.json': utf8('{"model_file_base_name": "../x"}') }),
      /holds neither/,
    ],
  ];
  it.each(cases)('refuses %s by name', async (_what, source, sentence) => {
    await expect(openCheckpoint(source)).rejects.toThrow(sentence);
  });
});

describe('readRows', () => {
  const open = async () => {
    const file = safetensors({
      matrix: counting(3, 2),
      vector: counting(4),
      cube: counting(2, 2, 2),
      empty: counting(0, 2),
    });
    return (await openCheckpoint(folder({ 'model.safetensors': file }))).tensors;
  };
  const values = (bytes: Uint8Array<ArrayBuffer>) => [...new Float32Array(bytes.buffer)];

  it('reads some rows of a matrix', async () => {
    expect(values(await readRows((await open()).get('matrix')!, 1, 3))).toEqual([2, 3, 4, 5]);
  });
  it('reads a vector as one row', async () => {
    expect(values(await readRows((await open()).get('vector')!, 0, 1))).toEqual([0, 1, 2, 3]);
  });
  it('takes the first dimension of a cube as rows', async () => {
    expect(values(await readRows((await open()).get('cube')!, 1, 2))).toEqual([4, 5, 6, 7]);
  });
  it('reads nothing of an empty tensor', async () => {
    expect(values(await readRows((await open()).get('empty')!, 0, 0))).toEqual([]);
  });
  it.each([
    [-1, 1],
    [0, 4],
    [2, 1],
    [0.5, 1],
  ])('refuses rows %s to %s of three', async (first, end) => {
    await expect(readRows((await open()).get('matrix')!, first, end)).rejects.toThrow(/tensor "matrix".*it has 3 rows/);
  });
  it('stops when it is cancelled', async () => {
    const tensor = (await open()).get('matrix')!;
    await expect(readRows(tensor, 0, 1, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});
