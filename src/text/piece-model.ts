// The model of tokenizer.json (BPE, Unigram, WordPiece), which the tokenizers library runs: one piece of text → tokens.
import { BPE, Unigram, WordPiece } from '@huggingface/tokenizers';
import type { JsonObject } from '../models/model.ts';
import { utf8 } from './byte-level.ts';
import { refuse, unsupported } from './config.ts';

export interface PieceModel {
  /** Token strings of a piece as the vocabulary spells them. */
  split(piece: string): readonly string[];
  /** Its id, or that of the unknown token; undefined where the model has neither. */
  idOf(token: string): number | undefined;
  has(token: string): boolean;
  /** By id. */
  readonly vocabulary: readonly (string | undefined)[];
  readonly unknown: string | undefined;
  /** Marks at the ends of tokens that are no characters of the text. */
  readonly continuingPrefix: string;
  readonly wordSuffix: string;
  /** One unknown token stands for a whole run of unknown characters. */
  readonly fusesUnknown: boolean;
  /** One unknown token stands for a whole piece. */
  readonly wholePieceUnknown: boolean;
}

type BpeConfig = ConstructorParameters<typeof BPE>[0];
type UnigramConfig = ConstructorParameters<typeof Unigram>[0];
type WordPieceConfig = ConstructorParameters<typeof WordPiece>[0];

export function createPieceModel(config: JsonObject, endOfText: string | null): PieceModel {
  const type =
    config['type'] ?? (Array.isArray(config['vocab']) ? 'Unigram' : 'merges' in config ? 'BPE' : 'WordPiece');
  const library = createLibraryModel(type, config, endOfText);
  const text = (key: string) => (typeof config[key] === 'string' ? config[key] : '');
  const byteFallback = type === 'Unigram' && config['byte_fallback'] === true;
  return {
    split: (piece) => {
      const tokens = library._call([piece]);
      return byteFallback ? tokens.flatMap((token) => orBytes(token, library.tokens_to_ids)) : tokens;
    },
    idOf: (token) => library.tokens_to_ids.get(token) ?? library.unk_token_id ?? undefined,
    has: (token) => library.tokens_to_ids.has(token),
    vocabulary: library.vocab,
    unknown: library.unk_token,
    continuingPrefix: type === 'WordPiece' ? text('continuing_subword_prefix') : '',
    wordSuffix: type === 'BPE' ? text('end_of_word_suffix') : '',
    fusesUnknown: type === 'BPE' && config['fuse_unk'] === true,
    wholePieceUnknown: type === 'WordPiece',
  };
}

function createLibraryModel(type: unknown, config: JsonObject, endOfText: string | null): BPE | Unigram | WordPiece {
  const { vocab, merges } = config;
  if (typeof vocab !== 'object' || vocab === null) return refuse('model.vocab', vocab, 'a vocabulary');
  switch (type) {
    case 'BPE':
      if (!Array.isArray(merges)) return refuse('model.merges', merges, 'a list');
      return new BPE(config as unknown as BpeConfig);
    case 'Unigram':
      return new Unigram(config as unknown as UnigramConfig, endOfText ?? '');
    case 'WordPiece':
      return new WordPiece(config as unknown as WordPieceConfig);
    default:
      return unsupported('model', String(type));
  }
}

/** The fall-back to bytes, which the library knows for BPE only. */
function orBytes(token: string, ids: ReadonlyMap<string, number>): readonly string[] {
  if (ids.has(token)) return [token];
  const bytes = Array.from(utf8(token), byteToken);
  return bytes.every((byte) => ids.has(byte)) ? bytes : [token];
}

/** How vocabularies with byte fall-back spell a byte: <0x0A>. */
function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** The byte such a token stands for, or null for every other token. */
export function byteOfToken(token: string): number | null {
  return /^<0x[\dA-Fa-f]{2}>$/.test(token) ? Number.parseInt(token.slice(3, 5), 16) : null;
}
