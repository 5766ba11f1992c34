import { parseSafetensorsMetadata } from '@huggingface/hub';
import { describe, expect, it } from 'vitest';
import { readHeader } from './safetensors.ts';
import { counting, rawSafetensors, safetensors, testFile, utf8 } from './safetensors.test-helper.ts';

const read = (bytes: Uint8Array) => readHeader(testFile(bytes));
const entry = (dtype: string, shape: readonly unknown[], begin: unknown, end: unknown) =>
  JSON.stringify({ t: { dtype, shape, data_offsets: [begin, end] } });

describe('readHeader', () => {
  it('lists the tensors in the order of their bytes, with positions in the file', async () => {
    const header =
      '{"__metadata__":{"format":"pt"},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]},"a":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]}}   ';
    const found = await read(rawSafetensors(header, new Uint8Array(11)));
    const data = 8 + header.length;
    expect(found.metadata).toEqual({ format: 'pt' });
    expect(found.tensors).toEqual([
      { name: 'a', dtype: 'F16', shape: [2, 2], start: data, end: data + 8 },
      { name: 'b', dtype: 'U8', shape: [3], start: data + 8, end: data + 11 },
    ]);
  });

  it('takes scalars, empty tensors and names that JavaScript objects treat specially', async () => {
    const scalar = { dtype: 'I64', shape: [], bytes: new Uint8Array(8) };
    const empty = { dtype: 'BF16', shape: [0, 4], bytes: new Uint8Array(0) };
    const found = await read(safetensors({ scalar, empty, constructor: counting(2), ['__proto__']: counting(1) }));
    expect(found.tensors.map(({ name }) => name).toSorted()).toEqual(['__proto__', 'constructor', 'empty', 'scalar']);
  });

  it('reads a header that is longer than its first read', async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`layer.${index}.weight`, counting(1)]));
    expect((await read(safetensors(many))).tensors).toHaveLength(2000);
  });

  it('agrees with the parser of @huggingface/hub', async () => {
    const half = { dtype: 'BF16', shape: [2, 1], bytes: new Uint8Array(4) };
    const bytes = safetensors({ a: counting(3, 5), b: counting(), c: half });
    const hub: typeof fetch = async (_url, init) => {
      const [, first, last] = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get('range') ?? '') ?? [];
      const part = new Uint8Array(bytes.slice(Number(first ?? 0), Number(last ?? bytes.length - 1) + 1));
      const range = `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`;
      return new Response(part, { status: 206, headers: { 'content-range': range, etag: '"1"' } });
    };
    const theirs = await parseSafetensorsMetadata({ repo: 'some/model', path: 'model.safetensors', fetch: hub });
    if (theirs.sharded) throw new Error('one file was expected');
    const ours = await read(bytes);
    const dataStart = ours.tensors[0]!.start;
    for (const { name, dtype, shape, start, end } of ours.tensors) {
      expect(theirs.header[name]).toEqual({ dtype, shape, data_offsets: [start - dataStart, end - dataStart] });
    }
    expect(Object.keys(theirs.header)).toHaveLength(3);
  });
});

describe('readHeader refuses', () => {
  const data4 = new Uint8Array(4);
  const cases: readonly (readonly [what: string, bytes: Uint8Array, sentence: RegExp])[] = [
    ['an empty file', new Uint8Array(0), /is cut off: it has 0 bytes/],
    ['a file shorter than its length field', new Uint8Array(7), /is cut off: it has 7 bytes/],
    ['a header longer than 100 MB', rawSafetensors('{}', data4, 100_000_001n), /100000001 bytes, at most 100 MB/],
    ['a length of 2^64 − 1', rawSafetensors('{}', data4, 2n ** 64n - 1n), /at most 100 MB/],
    [
      'a header that runs past the file',
      rawSafetensors('{}', data4, 7n),
      /header should end at byte 15, but the file has 14/,
    ],
    ['a header that is no object', rawSafetensors('[]'), /does not begin with "\{"/],
    ['a header of length 0', rawSafetensors(''), /does not begin with "\{"/],
    ['leading space in the header', rawSafetensors(' {}'), /does not begin with "\{"/],
    ['broken JSON', rawSafetensors('{"a":}'), /header of model\.safetensors is not valid JSON at line 1, column 6/],
    ['a header that is not UTF-8', rawSafetensors('{"a\u0000":1}').map((b) => (b === 0x61 ? 0xff : b)), /is not UTF-8/],
    ['a tensor that is no object', rawSafetensors('{"t":7}'), /tensor "t" is not described by an object/],
    ['an unknown dtype', rawSafetensors(entry('F33', [1], 0, 4), data4), /tensor "t" has dtype "F33"; known are F64/],
    ['a dtype that every object inherits', rawSafetensors(entry('toString', [1], 0, 4), data4), /dtype "toString"/],
    ['a negative size', rawSafetensors(entry('F32', [-1], 0, 4), data4), /tensor "t" has shape \[-1\]/],
    ['a fractional size', rawSafetensors(entry('F32', [0.5], 0, 4), data4), /tensor "t" has shape \[0\.5\]/],
    ['a size beyond 2^53', rawSafetensors(entry('F32', [2 ** 53], 0, 4), data4), /tensor "t" has shape/],
    [
      'a product that overflows to 4 bytes in 64 bits',
      rawSafetensors(entry('U8', [2 ** 32, 2 ** 32], 0, 0)),
      /needs 18446744073709551616 bytes, but its data_offsets span 0/,
    ],
    [
      'a shape that does not match its bytes',
      rawSafetensors(entry('F32', [2], 0, 4), data4),
      /F32 \[2\] and needs 8 bytes, but its data_offsets span 4/,
    ],
    ['half bytes', rawSafetensors(entry('F4', [3], 0, 1), new Uint8Array(1)), /F4 \[3\]/],
    ['offsets in reverse', rawSafetensors(entry('F32', [1], 4, 0), data4), /data_offsets \[4,0\]/],
    ['offsets that are no numbers', rawSafetensors(entry('F32', [1], '0', 4), data4), /data_offsets \["0",4\]/],
    [
      'three offsets',
      rawSafetensors('{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}', data4),
      /data_offsets/,
    ],
    [
      'data that ends before its tensors',
      rawSafetensors(entry('F32', [2], 0, 8), data4),
      /tensors end at byte \d+, but the file has \d+ bytes/,
    ],
    [
      'data behind the last tensor',
      rawSafetensors(entry('F32', [1], 0, 4), new Uint8Array(5)),
      /has 1 bytes after its last tensor/,
    ],
    [
      'a gap before the first tensor',
      rawSafetensors(entry('F32', [1], 4, 8), new Uint8Array(8)),
      /"t" begins at byte 4 of the data and leaves a gap/,
    ],
    [
      'tensors that overlap',
      rawSafetensors(
        '{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
        data4,
      ),
      /"b" begins at byte 2 of the data and overlaps/,
    ],
    [
      'a tensor named twice',
      rawSafetensors(
        '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"\\u0061":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}',
        data4,
      ),
      /names "a" twice/,
    ],
    [
      'a field named twice',
      rawSafetensors('{"a":{"dtype":"U8","dtype":"I8","shape":[4],"data_offsets":[0,4]}}', data4),
      /names "dtype" twice/,
    ],
    [
      'metadata that is no map of strings',
      rawSafetensors('{"__metadata__":{"a":1}}'),
      /__metadata__ must map names to strings/,
    ],
    ['a web page', utf8('<!DOCTYPE html>\n<html><body>Log in</body></html>'), /is a web page, not a model file/],
    [
      'a Git LFS pointer',
      utf8('version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 12\n'),
      /is a Git LFS pointer/,
    ],
    ['a GGUF file', utf8('GGUF\u0003\u0000\u0000\u0000more'), /is a GGUF file/],
  ];
  it.each(cases)('%s', async (_what, bytes, sentence) => {
    await expect(read(bytes)).rejects.toMatchObject({ name: 'FormatError', message: expect.stringMatching(sentence) });
  });

  it('every truncation of a good file, in a sentence that names it', async () => {
    const whole = safetensors({ a: counting(2, 3), b: counting(4) });
    for (let length = 0; length < whole.length; length++) {
      await expect(read(whole.slice(0, length))).rejects.toMatchObject({
        name: 'FormatError',
        message: expect.stringMatching(/model\.safetensors is cut off/),
      });
    }
  });
});
