import { describe, expect, it } from 'vitest';
import { readJson } from './json.ts';
import { firstJsonError } from './json-position.ts';
import { memorySource } from './memory-source.ts';
import { utf8 } from './safetensors.test-helper.ts';

const read = (content: string | Uint8Array) =>
  readJson(
    memorySource(new Map([['config.json', typeof content === 'string' ? utf8(content) : content]])),
    'config.json',
  );

describe('readJson', () => {
  it('reads an object', async () =>
    expect(await read('\ufeff{"a": [1, {"b": null}]}')).toEqual({ a: [1, { b: null }] }));
  it('is null where the file is missing', async () =>
    expect(await readJson(memorySource(new Map()), 'x.json')).toBeNull());

  it.each([
    [
      'an unexpected character',
      '{\n  "a": 1;\n}',
      /config\.json is not valid JSON at line 2, column 9: ";\\n\}" is unexpected/,
    ],
    ['a comma before the end', '{"a": 1,}', /line 1, column 9/],
    ['a text that ends too early', '{"a": [1, 2', /line 1, column 12: the text ends too early/],
    ['NaN', '{"eps": NaN}', /line 1, column 9: NaN is no JSON number \(Python writes it\)/],
    ['Infinity', '{"a":"NaN","b":[-Infinity]}', /line 1, column 17: -Infinity is no JSON number/],
    ['an empty file', ' \n', /config\.json is empty/],
    ['a list', '[1]', /must hold a JSON object, but holds a list/],
    ['null', 'null', /must hold a JSON object, but holds null/],
    ['a string', '"a"', /must hold a JSON object, but holds a string/],
    ['a web page', '<!doctype html><html></html>', /config\.json is a web page/],
    ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0xff), /is not UTF-8 text/],
  ])('refuses %s', async (_what, content, sentence) => {
    await expect(read(content)).rejects.toMatchObject({
      name: 'FormatError',
      message: expect.stringMatching(sentence),
    });
  });
});

describe('firstJsonError', () => {
  it('finds no error before the end of any valid text', () => {
    for (const text of [
      '{}',
      ' [ ] ',
      '[[],{}]',
      '{"a":{"b":[1,-2.5e+3,true,false,null,"\\u00e9\\n\\""]}}',
      '7',
      '"x"',
    ]) {
      expect(firstJsonError(text)).toBe(text.length);
    }
  });
  it.each([
    ['{"a":1]', 6],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ["{'a':1}", 1],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['{"a":1,"b"}', 10],
    ['{"a":01}', 6],
    ['{"a":.5}', 5],
    ['{"a":"x\ny"}', 5],
    ['{"a":"\\x"}', 5],
    ['{} {}', 3],
    ['[tru]', 1],
    ['{"a":', 5],
    ['', 0],
  ])('finds the error of %j at %i', (text, offset) => expect(firstJsonError(text)).toBe(offset));
});
