import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../models/model.ts';
import { readFrame } from './frame.ts';
import { createTokenizer } from './hugging-face.ts';
import { byteLevelJson, template } from './tokenizers.test-helper.ts';

const ids = (json: JsonObject, config: JsonObject | null, text = '!') =>
  createTokenizer(json, config)
    .encode(text)
    .map(({ id }) => id);
const mark = 3 + 0x21;
const bare = byteLevelJson({ post_processor: null });

describe('readFrame', () => {
  it('reads a template with several ids for one name', () => {
    const config = template([['<s>', 0]], [['</s>', 1]]);
    const special_tokens = { '<s>': { ids: [5, 6] }, '</s>': { ids: [7] } };
    expect(readFrame({ ...config, special_tokens })).toEqual({ before: [5, 6], after: [7] });
  });
  it('nests the frames of a sequence, the later around the earlier', () => {
    const processors = [{ type: 'ByteLevel' }, template([['a', 1]], [['b', 2]]), template([['c', 3]], [['d', 4]])];
    expect(readFrame({ type: 'Sequence', processors })).toEqual({ before: [3, 1], after: [2, 4] });
  });
  it('reads the frame of BERT and RoBERTa', () => {
    expect(readFrame({ type: 'RobertaProcessing', cls: ['<s>', 0], sep: ['</s>', 2] })).toEqual({
      before: [0],
      after: [2],
    });
  });
  it('is empty without a post-processor', () => expect(readFrame(null)).toEqual({ before: [], after: [] }));
  it('refuses a template that names a token without ids', () => {
    expect(() => readFrame({ ...template([['<s>', 0]]), special_tokens: {} })).toThrow(/"special_tokens\.<s>\.ids"/);
  });
});

describe('tokenizer_config.json', () => {
  it('adds the beginning of text where only it asks for one', () => {
    expect(ids(bare, { add_bos_token: true, bos_token: '<s>' })).toEqual([0, mark]);
    expect(
      ids(bare, { add_bos_token: true, bos_token: { content: '<s>' }, add_eos_token: true, eos_token: '</s>' }),
    ).toEqual([0, mark, 1]);
  });
  it('never adds what the template adds already', () => {
    expect(ids(byteLevelJson(), { add_bos_token: true, bos_token: '<s>' })).toEqual([0, mark]);
  });
  it('leaves the template in force where it does not ask', () => {
    expect(ids(byteLevelJson(), { add_bos_token: false, bos_token: '<s>' })).toEqual([0, mark]);
    expect(ids(bare, { bos_token: '<s>' })).toEqual([mark]);
    expect(ids(bare, { add_bos_token: true, bos_token: null })).toEqual([mark]);
  });
  it('makes the tokens it names special, and knows more of them', () => {
    const plain = byteLevelJson({ added_tokens: [] });
    const config = {
      eos_token: '</s>',
      additional_special_tokens: ['<pad>', '<absent>'],
      added_tokens_decoder: { '300': { content: '<new>', special: true } },
    };
    const tokenizer = createTokenizer(plain, config);
    expect([0, 1, 2, 300].map(tokenizer.isSpecial)).toEqual([false, true, true, true]);
    expect(ids({ ...plain, post_processor: null }, config, '!</s><new>')).toEqual([mark, 1, 300]);
  });
});
