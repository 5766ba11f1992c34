import { describe, expect, it } from 'vitest';
import { aligned } from './aligned.ts';
import { createPieceModel, type PieceModel } from './piece-model.ts';
import { spansOf } from './spans.ts';

const tokens = (model: PieceModel, text: string) => {
  const found = model.split(text);
  const spans = spansOf(aligned(text), found, model);
  return found.map((token, index) => `${token}[${spans[index]!.start},${spans[index]!.end}) ${model.idOf(token)}`);
};
const vocab = (...names: string[]) => Object.fromEntries(names.map((name, id) => [name, id]));

describe('the spans of a piece', () => {
  it('count no word suffix', () => {
    const model = createPieceModel(
      { type: 'BPE', vocab: vocab('a', 'b</w>', 'ab</w>'), merges: ['a b</w>'], end_of_word_suffix: '</w>' },
      null,
    );
    expect(tokens(model, 'ab')).toEqual(['ab</w>[0,2) 2']);
  });
  it('count no continuing prefix, and give an unknown word as a whole', () => {
    const model = createPieceModel(
      { type: 'WordPiece', vocab: vocab('[UNK]', 'a', '##b'), unk_token: '[UNK]', continuing_subword_prefix: '##' },
      null,
    );
    expect(tokens(model, 'abb')).toEqual(['a[0,1) 1', '##b[1,2) 2', '##b[2,3) 2']);
    expect(tokens(model, 'abc')).toEqual(['[UNK][0,3) 0']);
  });
  it('give unknown characters one by one where they are not fused', () => {
    const model = createPieceModel({ type: 'BPE', vocab: vocab('<unk>', 'a'), merges: [], unk_token: '<unk>' }, null);
    expect(tokens(model, 'x😀a')).toEqual(['<unk>[0,1) 0', '<unk>[1,3) 0', 'a[3,4) 1']);
  });
  it('skip characters for which a model has no token at all', () => {
    const model = createPieceModel({ type: 'BPE', vocab: vocab('a'), merges: [] }, null);
    expect(tokens(model, 'xa')).toEqual(['a[1,2) 0']);
  });
});

describe('a Unigram model', () => {
  const config = {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['a', -2],
      ['b', -2],
      ['ab', -1],
    ],
  };
  it('takes the likeliest pieces and fuses the unknown', () => {
    expect(tokens(createPieceModel(config, null), 'abxya')).toEqual(['ab[0,2) 3', 'xy[2,4) 0', 'a[4,5) 1']);
  });
  it('falls back to bytes where the file says so and holds them', () => {
    const bytes = [...new TextEncoder().encode('é')].map((byte) => [`<0x${byte.toString(16).toUpperCase()}>`, -9]);
    const model = createPieceModel({ ...config, byte_fallback: true, vocab: [...config.vocab, ...bytes] }, null);
    expect(tokens(model, 'aéa')).toEqual(['a[0,1) 1', '<0xC3>[1,2) 4', '<0xA9>[1,2) 5', 'a[2,3) 1']);
    expect(tokens(model, 'ax')).toEqual(['a[0,1) 1', 'x[1,2) 0']);
  });
});
