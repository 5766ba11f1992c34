import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../models/model.ts';
import { aligned } from './aligned.ts';
import { createNormaliser } from './normalise.ts';
import { randomTexts, shownUnits } from './tokenizers.test-helper.ts';

const normalised = (config: JsonObject, text: string) => createNormaliser(config)(aligned(text));
const units = (config: JsonObject, text: string) => shownUnits(normalised(config, text));

describe('createNormaliser', () => {
  it('composes, each result standing for all it was made of', () => {
    expect(units({ type: 'NFC' }, 'ae\u0301b')).toEqual(['a[0,1)', 'é[1,3)', 'b[3,4)']);
  });
  it('decomposes, each part standing for the whole', () => {
    expect(units({ type: 'NFD' }, 'aé')).toEqual(['a[0,1)', 'e[1,2)', '\u0301[1,2)']);
  });
  it('composes Hangul and half-width voicing across what are letters elsewhere', () => {
    expect(units({ type: 'NFC' }, '\u1112\u1161\u11ab')).toEqual(['한[0,3)']);
    expect(units({ type: 'NFKC' }, 'ｶﾞ')).toEqual(['ガ[0,2)']);
  });
  it('keeps characters that a change leaves alone to themselves', () => {
    expect(units({ type: 'NFC' }, 'q\u0344')).toEqual(['q[0,1)', '\u0308[1,2)', '\u0301[1,2)']);
  });
  it('lowers each character by itself', () => {
    expect(units({ type: 'Lowercase' }, 'ΑΣİ')).toEqual(['α[0,1)', 'σ[1,2)', 'i[2,3)', '\u0307[2,3)']);
  });
  it('drops accents and outer space', () => {
    expect(units({ type: 'StripAccents' }, 'e\u0301b')).toEqual(['e[0,1)', 'b[2,3)']);
    expect(units({ type: 'Strip', strip_left: true, strip_right: true }, ' \u0085a b\n')).toEqual([
      'a[2,3)',
      ' [3,4)',
      'b[4,5)',
    ]);
    expect(units({ type: 'Strip', strip_left: true, strip_right: false }, '  ')).toEqual([]);
  });
  it('prepends without a character, and not to nothing', () => {
    expect(units({ type: 'Prepend', prepend: '▁' }, 'a')).toEqual(['▁[0,0)', 'a[0,1)']);
    expect(units({ type: 'Prepend', prepend: '▁' }, '')).toEqual([]);
  });
  it('replaces strings and expressions, taking the new text literally', () => {
    expect(units({ type: 'Replace', pattern: { String: '.' }, content: '$&' }, 'a.b')).toEqual([
      'a[0,1)',
      '$[1,2)',
      '&[1,2)',
      'b[2,3)',
    ]);
    expect(units({ type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' }, 'a   b c')).toEqual([
      'a[0,1)',
      ' [1,4)',
      'b[4,5)',
      ' [5,6)',
      'c[6,7)',
    ]);
  });
  it('runs steps in turn', () => {
    const steps = [{ type: 'NFD' }, { type: 'StripAccents' }, { type: 'Lowercase' }];
    expect(units({ type: 'Sequence', normalizers: steps }, 'ÉA')).toEqual(['e[0,1)', 'a[1,2)']);
  });
  it('spells bytes', () => expect(units({ type: 'ByteLevel' }, ' é')).toEqual(['Ġ[0,1)', 'Ã[1,2)', '©[1,2)']));
  it('cleans text as BERT does', () => {
    const config = { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true };
    expect(units(config, 'É\u0007\t漢')).toEqual(['e[0,1)', ' [2,3)', ' [3,4)', '漢[3,4)', ' [3,4)']);
  });
  it('follows SentencePiece’s compiled map', () => {
    const config = { type: 'Precompiled', precompiled_charsmap: '' };
    expect(units(config, 'ﬁ\u3000x')).toEqual(['f[0,1)', 'i[0,1)', ' [1,2)', 'x[2,3)']);
  });

  it.each(['NFC', 'NFD', 'NFKC', 'NFKD'] as const)('agrees with the %s of the whole text, in order', (type) => {
    for (const text of randomTexts(300, 5)) {
      const { text: result, starts, ends } = normalised({ type }, text);
      expect(result).toBe(text.normalize(type));
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      expect(ends).toEqual(ends.toSorted((a, b) => a - b));
      result.split('').forEach((unit, index) => {
        expect(text.slice(starts[index], ends[index]).normalize(type)).toContain(unit);
      });
    }
  });
});
