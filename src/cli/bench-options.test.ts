import { expect, test } from 'vitest';
import { WrongUsage } from './arguments.ts';
import { readBenchOptions } from './bench-options.ts';

const read = (words: string) => readBenchOptions(words.split(' ').filter(Boolean));

test('measures what the shape is', () => {
  expect(read('')).toMatchObject({ what: 'text', targets: 1, shape: 'tiny-2m', quantize: 'none', prefill: 64, decode: 16, explain: 64, runs: 5, json: false }); // prettier-ignore
  expect(read('--shape vit-b-16 --layers 2')?.what).toBe('image');
  expect(read('--shape llama-3.2-1b --quantize int4 --prefill 128 --json')).toMatchObject({ quantize: 'int4', prefill: 128, json: true }); // prettier-ignore
  expect(read('--growth')).toMatchObject({ what: 'growth', runs: 1 });
  expect(read('--kernels --shape vit-l-16')?.what).toBe('kernels');
  expect(read('--prefill 2048 --decode 2038 --explain 2048')).toMatchObject({ prefill: 2048, decode: 2038, explain: 2048 }); // prettier-ignore
});

test('helps whatever else is asked', () => {
  for (const words of ['--help', '-h --kernels --quantize int4', '--help --prefill 0', '--shape gpt-5 --help'])
    expect(read(words)).toBeNull();
});

test.each([
  ['--shape gpt-5', /--shape gpt-5: expected one of tiny-2m, smollm2-135m, /],
  ['--shape toString', /--shape toString: expected one of tiny-2m, smollm2-135m, /],
  ['--quantize int3', /--quantize int3: expected none, int8, int4/],
  ['--prefill 0', /--prefill 0: expected a number from 1 to 2048/],
  ['--decode 2039', /--decode 2039: expected a number from 1 to 2038/],
  ['--explain 2049', /--explain 2049: expected a number from 1 to 2048/],
  ['--explain 4 --targets 8', /--targets 8: --explain 4 has at most 4 targets/],
  ['--targets 65', /--targets 65: --explain 64 has at most 64 targets/],
  ['--shape vit-b-16 --decode 4', /--decode does not go with the shape of a vision transformer/],
  ['--cache f8', /--cache f8: expected f32, f16/],
  ['--growth --cache f16', /--cache does not go with --growth/],
  ['--growth --explain 64', /--explain does not go with --growth/],
  ['--growth --shape vit-b-16', /--growth needs the shape of a language model/],
  ['--kernels --quantize int4', /--quantize does not go with --kernels/],
  ['--kernels --growth', /--growth does not go with --kernels/],
  ['--speed', /--speed/],
])('refuses %s', (words, sentence) => {
  expect(() => read(words)).toThrow(WrongUsage);
  expect(() => read(words)).toThrow(sentence);
});
