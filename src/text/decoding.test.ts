import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../models/model.ts';
import { createDecoding } from './decoding.ts';

const spelled = (config: JsonObject | null, token: string, added = false) =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(createDecoding(config).bytesOf(token, added));

describe('createDecoding', () => {
  it('reads the byte-level alphabet, but added tokens as they are', () => {
    expect(spelled({ type: 'ByteLevel' }, 'ĠÃ©')).toBe(' é');
    expect(spelled({ type: 'ByteLevel' }, 'é', true)).toBe('é');
    expect(spelled({ type: 'ByteLevel' }, '漢')).toBe('漢');
  });
  it('reads byte tokens only where the file says so', () => {
    expect(spelled({ type: 'ByteFallback' }, '<0x41>')).toBe('A');
    expect(spelled({ type: 'Fuse' }, '<0x41>')).toBe('<0x41>');
  });
  it('turns marks into spaces and drops the first, unless none is added', () => {
    expect(spelled({ type: 'Metaspace' }, '▁a▁')).toBe(' a ');
    expect(createDecoding({ type: 'Metaspace' }).strip.times).toBe(1);
    expect(createDecoding({ type: 'Metaspace', prepend_scheme: 'never' }).strip.times).toBe(0);
  });
  it('joins words by spaces where the decoder is WordPiece or missing', () => {
    expect(spelled({ type: 'WordPiece', prefix: '##' }, '##a')).toBe('a');
    expect(spelled({ type: 'WordPiece', prefix: '##' }, 'a')).toBe(' a');
    expect(spelled(null, 'a')).toBe(' a');
  });
  it.each<[string, JsonObject]>([
    ['a replaced expression', { type: 'Replace', pattern: { Regex: '.' }, content: '' }],
    [
      'stripped ends',
      { type: 'Sequence', decoders: [{ type: 'Fuse' }, { type: 'Strip', content: ' ', start: 0, stop: 1 }] },
    ],
    ['tokens stripped one by one', { type: 'Strip', content: ' ', start: 1, stop: 0 }],
    ['an unknown type', { type: 'Magic' }],
  ])('refuses %s', (_what, config) => expect(() => createDecoding(config)).toThrow(/uses the decoder .*not supported/));
});
