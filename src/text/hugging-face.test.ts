import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../models/model.ts';
import { createTokenizer } from './hugging-face.ts';
import { byteLevelJson, randomTexts, sentencePieceJson, shown, template } from './tokenizers.test-helper.ts';
import type { Tokenizer } from './tokenizer.ts';

const byteLevel = createTokenizer(byteLevelJson(), null);
const composing = createTokenizer(byteLevelJson({ normalizer: { type: 'NFC' } }), null);
const sentencePiece = createTokenizer(sentencePieceJson(), null);
const withoutBytes = createTokenizer(sentencePieceJson({}, false), null);
const metaspace = createTokenizer(
  sentencePieceJson({ normalizer: null, pre_tokenizer: { type: 'Metaspace', prepend_scheme: 'first', split: false } }),
  null,
);

describe('a byte-level tokenizer', () => {
  it('gives words with their leading space', () => {
    expect(shown(byteLevel, 'a the kite')).toEqual(['<s>[0,0)', 'a[0,1)', ' the[1,5)', ' kite[5,10)']);
  });
  it('gives every part of a split character the span of the whole', () => {
    expect(shown(byteLevel, '漢é😀!', false)).toEqual([
      '⟨0xE6⟩⟨0xBC⟩[0,1)',
      '⟨0xA2⟩[0,1)',
      'é[1,2)',
      '⟨0xF0⟩⟨0x9F⟩[2,4)',
      '⟨0x98⟩[2,4)',
      '⟨0x80⟩[2,4)',
      '![4,5)',
    ]);
  });
  it('recognises special tokens in the text, with or without adding its own', () => {
    expect(shown(byteLevel, 'a</s>é')).toEqual(['<s>[0,0)', 'a[0,1)', '</s>[1,5)', 'é[5,6)']);
    expect(shown(byteLevel, '<s>a', false)).toEqual(['<s>[0,3)', 'a[3,4)']);
    expect(shown(byteLevel, '<s>a')).toEqual(['<s>[0,0)', '<s>[0,3)', 'a[3,4)']);
  });
  it('counts the spaces a special token swallows as part of it', () => {
    expect(shown(byteLevel, 'a  <pad>\n t', false)).toEqual(['a[0,1)', '<pad>[1,10)', 't[10,11)']);
  });
  it('puts an added end at the end of the text', () => {
    const framed = createTokenizer(byteLevelJson({ post_processor: template([['<s>', 0]], [['</s>', 1]]) }), null);
    expect(shown(framed, 'é')).toEqual(['<s>[0,0)', 'é[0,1)', '</s>[1,1)']);
    expect(shown(framed, '')).toEqual(['<s>[0,0)', '</s>[0,0)']);
  });
  it('has nothing to say about an empty text', () =>
    expect(byteLevel.encode('', { specialTokens: false })).toEqual([]));
  it('gives an added prefix space no character', () => {
    const spaced = createTokenizer(
      byteLevelJson({ pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true, use_regex: true } }),
      null,
    );
    expect(shown(spaced, 'the kite', false)).toEqual([' the[0,3)', ' kite[3,8)']);
    expect(shown(spaced, 'é', false)).toEqual([' [0,0)', 'é[0,1)']);
  });
  it('keeps the spans of the text as typed where it composes characters', () => {
    expect(shown(composing, 'e\u0301t e\u0301', false)).toEqual(['é[0,2)', 't[2,3)', ' [3,4)', 'é[4,6)']);
  });
});

describe('a SentencePiece-style tokenizer', () => {
  it('gives the added prefix no character', () => {
    expect(shown(sentencePiece, 'Mia kite')).toEqual(['<s>[0,0)', ' Mia[0,3)', ' kite[3,8)']);
    expect(shown(sentencePiece, 'a', false)).toEqual([' [0,0)', 'a[0,1)']);
  });
  it('tells a typed space from the added one', () => {
    expect(shown(sentencePiece, ' Mia', false)).toEqual([' [0,0)', ' Mia[0,4)']);
    expect(shown(sentencePiece, '  Mia', false)).toEqual(['  [0,1)', ' Mia[1,5)']);
  });
  it('gives byte tokens the span of their character', () => {
    expect(shown(sentencePiece, 'a😀\n', false)).toEqual([
      ' [0,0)',
      'a[0,1)',
      '⟨0xF0⟩[1,3)',
      '⟨0x9F⟩[1,3)',
      '⟨0x98⟩[1,3)',
      '⟨0x80⟩[1,3)',
      '\n[3,4)',
    ]);
  });
  it('does not take text that looks like a byte token for one', () => {
    expect(sentencePiece.decode(sentencePiece.encode('<0xE2>').map(({ id }) => id))).toBe('<0xE2>');
  });
  it('starts anew after a special token in the text', () => {
    expect(shown(sentencePiece, 'Mia</s>Mia', false)).toEqual([' Mia[0,3)', '</s>[3,7)', ' Mia[7,10)']);
  });
  it('lets tokens reach across words', () => {
    expect(shown(sentencePiece, 'the. a', false)).toEqual([
      ' [0,0)',
      't[0,1)',
      'h[1,2)',
      'e[2,3)',
      '. [3,5)',
      'a[5,6)',
    ]);
  });
  it('gives an unknown token the run of characters it stands for', () => {
    expect(shown(withoutBytes, 'a😀#b字', false)).toEqual([' [0,0)', 'a[0,1)', '<unk>[1,4)', 'b[4,5)', '<unk>[5,6)']);
  });
  it('adds its prefix only at the beginning where the file says so', () => {
    expect(shown(metaspace, 'Mia</s>Mia', false)).toEqual([' Mia[0,3)', '</s>[3,7)', 'M[7,8)', 'i[8,9)', 'a[9,10)']);
  });
});

describe.each<readonly [string, Tokenizer, (text: string) => string]>([
  ['byte-level', byteLevel, (text) => text],
  ['byte-level with NFC', composing, (text) => text.normalize('NFC')],
  ['SentencePiece-style', sentencePiece, (text) => text],
  ['Metaspace', metaspace, (text) => text],
])('on random texts, a %s tokenizer', (name, tokenizer, normalised) => {
  const texts = randomTexts(250, 11);
  const wellFormed = (text: string) =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));

  it('gives spans that never go backwards and end with the text', () => {
    for (const text of texts) {
      const tokens = tokenizer.encode(text, { specialTokens: false });
      let before = { start: 0, end: 0 };
      for (const token of tokens) {
        expect(token.start, JSON.stringify(text)).toBeGreaterThanOrEqual(before.start);
        expect(token.end, JSON.stringify(text)).toBeGreaterThanOrEqual(Math.max(before.end, token.start));
        // No gap: what was not covered yet begins where the last token ended.
        expect(token.start, JSON.stringify(text)).toBeLessThanOrEqual(before.end);
        before = token;
      }
      expect(before.end, JSON.stringify(text)).toBe(text.length);
    }
  });

  it('never cuts a code point, and shows in each token what its span holds', () => {
    for (const text of texts) {
      for (const token of tokenizer.encode(text, { specialTokens: false })) {
        const span = text.slice(token.start, token.end);
        expect(/^[\udc00-\udfff]/.test(span) && /[\ud800-\udbff]$/.test(text.slice(0, token.start))).toBe(false);
        if (token.text.includes('⟨') || token.text === '\ufffd' || tokenizer.isSpecial(token.id)) continue;
        expect(` ${wellFormed(normalised(span)).replaceAll('▁', ' ')}`, JSON.stringify(text)).toContain(token.text);
      }
    }
  });

  it('decodes to the text it encoded', () => {
    for (const text of texts.filter((text) => !/<s>|<\/s>|<pad>/.test(text))) {
      // ▁ is how these vocabularies write a space, so it comes back as one. Metaspace adds no space before a space.
      const expected = wellFormed(normalised(text));
      const written = name.startsWith('byte') ? expected : expected.replaceAll('▁', ' ');
      const stripped = name === 'Metaspace' ? written.replace(/^ /, '') : written;
      expect(tokenizer.decode(tokenizer.encode(text).map(({ id }) => id))).toBe(stripped);
    }
  });

  it('streams what it decodes, from any point on', () => {
    for (const text of texts.slice(0, 100)) {
      const ids = tokenizer.encode(text).map(({ id }) => id);
      const whole = tokenizer.decode(ids);
      for (let cut = 0; cut <= ids.length; cut++) {
        const before = tokenizer.decode(ids.slice(0, cut));
        if (!whole.startsWith(before) || before.endsWith('\ufffd')) continue;
        const stream = tokenizer.stream(ids.slice(0, cut));
        const streamed =
          ids
            .slice(cut)
            .map((id) => stream.push(id))
            .join('') + stream.end();
        expect(before + streamed).toBe(whole);
      }
    }
  });
});

describe('createTokenizer', () => {
  it('leaves out special tokens when decoding, and ids it does not know', () => {
    const ids = byteLevel.encode('a</s>é').map(({ id }) => id);
    expect(byteLevel.decode([...ids, 99_999])).toBe('aé');
    expect(byteLevel.decode([])).toBe('');
  });
  it('shows tokens on their own', () => {
    const id = (text: string) => sentencePiece.encode(text, { specialTokens: false }).at(-1)!.id;
    expect(sentencePiece.pieceOf(id('Mia'))).toBe(' Mia');
    expect(sentencePiece.pieceOf(2)).toBe('</s>');
    expect(sentencePiece.pieceOf(3 + 0xe2)).toBe('⟨0xE2⟩');
    expect(sentencePiece.pieceOf(99_999)).toBe('⟨99999⟩');
    expect([0, 1, 2, 3].map(sentencePiece.isSpecial)).toEqual([true, true, true, false]);
  });
  it('counts added tokens in its size', () => {
    const added = [{ id: 400, content: '<new>', special: true }];
    expect(byteLevel.size).toBe(269);
    expect(createTokenizer(byteLevelJson({ added_tokens: added }), null).size).toBe(401);
  });
  it('gives what the normaliser drops at the end to the last token', () => {
    const stripping = createTokenizer(
      byteLevelJson({ normalizer: { type: 'Strip', strip_left: true, strip_right: true } }),
      null,
    );
    expect(shown(stripping, '  a the  ', false)).toEqual(['a[2,3)', ' the[3,9)']);
    expect(shown(stripping, '   ', false)).toEqual([]);
  });
  it('finds added words that are subject to normalisation', () => {
    const word = { id: 300, content: 'Kite', special: false, normalized: true };
    const lower = createTokenizer(byteLevelJson({ normalizer: { type: 'Lowercase' }, added_tokens: [word] }), null);
    expect(shown(lower, 'a KITE', false)).toEqual(['a[0,1)', ' [1,2)', 'Kite[2,6)']);
  });

  const broken: readonly (readonly [what: string, json: JsonObject, sentence: RegExp])[] = [
    ['no model', { ...byteLevelJson(), model: null }, /holds nothing as "model\.vocab"/],
    ['no merges', byteLevelJson({ model: { type: 'BPE', vocab: {} } }), /holds nothing as "model\.merges"/],
    ['an unknown model', byteLevelJson({ model: { type: 'Magic', vocab: {} } }), /uses the model "Magic"/],
    [
      'an unknown normaliser',
      byteLevelJson({ normalizer: { type: 'Magic' } }),
      /uses the normalizer "Magic", which is not/,
    ],
    ['an unknown pre-tokenizer', byteLevelJson({ pre_tokenizer: { type: 'Magic' } }), /uses the pre-tokenizer "Magic"/],
    ['an unknown decoder', byteLevelJson({ decoder: { type: 'CTC' } }), /uses the decoder "CTC"/],
    [
      'an unknown post-processor',
      byteLevelJson({ post_processor: { type: 'Magic' } }),
      /uses the post-processor "Magic"/,
    ],
    [
      'a broken pattern',
      byteLevelJson({ pre_tokenizer: { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated' } }),
      /tokenizer\.json cannot be used: /,
    ],
    [
      'added tokens of the wrong kind',
      byteLevelJson({ added_tokens: [7] }),
      /holds \[7\] as "added_tokens" where a list of objects/,
    ],
  ];
  it.each(broken)('refuses a file with %s', (_what, json, sentence) => {
    expect(() => createTokenizer(json, null)).toThrow(
      expect.objectContaining({ name: 'TokenizerError', message: expect.stringMatching(sentence) }),
    );
  });
});
