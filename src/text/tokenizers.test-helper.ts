// Test helper: small tokenizer.json contents of both common kinds, a random text generator, and spans made readable.
import type { Json, JsonObject } from '../models/model.ts';
import type { Aligned } from './aligned.ts';
import type { Tokenizer } from './tokenizer.ts';

const special = (id: number, content: string, more: JsonObject = {}): JsonObject => ({
  id,
  content,
  special: true,
  normalized: false,
  ...more,
});

/** The ids of a frame around a text, as TemplateProcessing writes them. */
export function template(before: readonly [string, number][], after: readonly [string, number][] = []): JsonObject {
  const item = ([id]: readonly [string, number]): JsonObject => ({ SpecialToken: { id, type_id: 0 } });
  return {
    type: 'TemplateProcessing',
    single: [...before.map(item), { Sequence: { id: 'A', type_id: 0 } }, ...after.map(item)],
    pair: [],
    special_tokens: Object.fromEntries([...before, ...after].map(([id, n]) => [id, { id, ids: [n], tokens: [id] }])),
  };
}

const llama3Words =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** Byte-level BPE with a handful of merges. <s> is 0, </s> 1, <pad> (which takes the spaces around it) 2. */
export function byteLevelJson(more: { readonly [key: string]: Json } = {}): JsonObject {
  // é is whole, 漢 (æ¼¢) is two tokens, 😀 (ðŁĺĢ) three.
  const merges = ['Ġ t', 'h e', 'Ġt he', 'Ġ k', 'i t', 'Ġk it', 'Ġkit e', 'Ã ©', 'æ ¼', 'ð Ł'];
  const vocabulary = ['<s>', '</s>', '<pad>', ...byteAlphabet(), ...merges.map((merge) => merge.replace(' ', ''))];
  return {
    added_tokens: [special(0, '<s>'), special(1, '</s>'), special(2, '<pad>', { lstrip: true, rstrip: true })],
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: llama3Words }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
      ],
    },
    post_processor: template([['<s>', 0]]),
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges,
    },
    ...more,
  };
}

function byteAlphabet(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCharCode(printable ? byte : next++);
  });
}

/** SentencePiece-style BPE as LLaMA 2 has it. <unk> is 0, <s> 1, </s> 2, then the bytes, then pieces. */
export function sentencePieceJson(more: { readonly [key: string]: Json } = {}, byteFallback = true): JsonObject {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const characters = [...'▁abcdefghiklmnoprstuwyMT.,!é漢'];
  const merges = ['▁ M', '▁M i', '▁Mi a', '▁ k', 'i t', '▁k it', '▁kit e', '▁ ▁', 'e ▁', '. ▁'];
  const vocabulary = [
    '<unk>',
    '<s>',
    '</s>',
    ...bytes,
    ...characters,
    ...merges.map((merge) => merge.replace(' ', '')),
  ];
  return {
    added_tokens: [special(0, '<unk>'), special(1, '<s>'), special(2, '</s>')],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: null,
    post_processor: template([['<s>', 1]]),
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges,
      unk_token: '<unk>',
      fuse_unk: true,
      byte_fallback: byteFallback,
    },
    ...more,
  };
}

/** 'text[start,end)' of each token. */
export function shown(tokenizer: Tokenizer, text: string, specialTokens = true): string[] {
  return tokenizer.encode(text, { specialTokens }).map((token) => `${token.text}[${token.start},${token.end})`);
}

/** 'unit[start,end)' of each unit of an aligned text. */
export function shownUnits({ text, starts, ends }: Aligned): string[] {
  return text.split('').map((unit, index) => `${unit}[${starts[index]},${ends[index]})`);
}

const fragments = Array.from('aeikMT.,!?0159 ▁').concat(
  "  |\n|\r\n|\t| the| kite|'ll|é|e\u0301|\u0301|ẹ\u0323\u0302|Å|ﬁ|ß|İ|Σ".split('|'),
  '漢|字|한|\u1112\u1161\u11ab|ｶﾞ|हि|😀|👩‍👩‍👧|🏳️‍🌈|\u200d|\ufeff|\u00a0|\ufffd|\0'.split('|'),
  '<s>|</s>|<pad>|<0xE2>|\ufdd0|\ud83d|\udc00'.split('|'),
);

/** Reproducible texts of awkward pieces. */
export function randomTexts(count: number, seed: number): string[] {
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + next(12) }, () => fragments[next(fragments.length)]!).join(''),
  );
}
