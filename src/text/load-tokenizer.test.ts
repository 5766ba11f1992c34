import { describe, expect, it } from 'vitest';
import { memorySource } from '../load/memory-source.ts';
import { loadTokenizer } from './load-tokenizer.ts';
import { byteLevelJson } from './tokenizers.test-helper.ts';

const folder = (files: { readonly [name: string]: unknown }) =>
  memorySource(
    new Map(
      Object.entries(files).map(([name, content]) => [
        name,
        new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content)),
      ]),
    ),
  );

describe('loadTokenizer', () => {
  it('is null without tokenizer.json', async () => {
    expect(await loadTokenizer(folder({ 'tokenizer_config.json': {} }))).toBeNull();
  });
  it('needs tokenizer.json alone', async () => {
    const tokenizer = await loadTokenizer(folder({ 'tokenizer.json': byteLevelJson() }));
    expect(tokenizer!.encode('!').map(({ text }) => text)).toEqual(['<s>', '!']);
  });
  it('completes it from the other two files', async () => {
    const tokenizer = await loadTokenizer(
      folder({
        'tokenizer.json': byteLevelJson({ post_processor: null }),
        'tokenizer_config.json': { add_bos_token: true },
        'special_tokens_map.json': { bos_token: { content: '</s>' } },
      }),
    );
    expect(tokenizer!.encode('!').map(({ text }) => text)).toEqual(['</s>', '!']);
  });
  it.each([
    [
      { 'tokenizer.json': '{"model": ' },
      /tokenizer\.json is not valid JSON at line 1, column 11: the text ends too early/,
    ],
    [{ 'tokenizer.json': {} }, /tokenizer\.json holds nothing as "model\.vocab"/],
    [
      { 'tokenizer.json': byteLevelJson(), 'tokenizer_config.json': '[]' },
      /tokenizer_config\.json must hold a JSON object/,
    ],
  ])('says what is wrong with a broken file', async (files, sentence) => {
    await expect(loadTokenizer(folder(files))).rejects.toMatchObject({
      name: 'TokenizerError',
      message: expect.stringMatching(sentence),
    });
  });
});
