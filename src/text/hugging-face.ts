// A Tokenizer from the files tokenizer.json and tokenizer_config.json. The model itself runs in the tokenizers library;
// the way to it and back is ours, because the library keeps no positions.
import { AppError } from '../errors.ts';
import type { JsonObject } from '../models/model.ts';
import { addedTokenSplitter, type AddedToken } from './added-tokens.ts';
import { aligned, type Aligned } from './aligned.ts';
import { objectAt } from './config.ts';
import { createDecoding } from './decoding.ts';
import { displayBytes } from './display.ts';
import { createNormaliser } from './normalise.ts';
import { createPieceModel } from './piece-model.ts';
import { createPreTokeniser } from './pre-tokenise.ts';
import { spansOf } from './spans.ts';
import { collectAddedTokens, readFullFrame, tokenName } from './special-tokens.ts';
import { createStream } from './stream.ts';
import type { TextToken, Tokenizer } from './tokenizer.ts';

export function createTokenizer(tokenizerJson: JsonObject, tokenizerConfig: JsonObject | null): Tokenizer {
  try {
    return assemble(tokenizerJson, tokenizerConfig ?? {});
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('TokenizerError', `tokenizer.json cannot be used: ${reason}`, { cause: error });
  }
}

function assemble(json: JsonObject, config: JsonObject): Tokenizer {
  const model = createPieceModel(objectAt(json, 'model') ?? {}, tokenName(config, 'eos_token'));
  const normalise = createNormaliser(objectAt(json, 'normalizer'));
  const preTokenise = createPreTokeniser(objectAt(json, 'pre_tokenizer'));
  const decoding = createDecoding(objectAt(json, 'decoder'));
  const added = collectAddedTokens(json, config, model);
  const frame = readFullFrame(json, config, added);

  const asWritten = new Map<string, AddedToken>();
  const asNormalised = new Map<string, AddedToken>();
  for (const token of added.values()) {
    if (token.normalised) asNormalised.set(normalise(aligned(token.content)).text, token);
    else asWritten.set(token.content, token);
  }
  const splitWritten = addedTokenSplitter(asWritten);
  const splitNormalised = addedTokenSplitter(asNormalised);
  const size = Math.max(model.vocabulary.length, ...[...added.keys()].map((id) => id + 1));

  const isSpecial = (id: number) => added.get(id)?.special === true;
  const bytesOf = (id: number) => {
    const token = added.get(id)?.content ?? model.vocabulary[id];
    return token === undefined ? new Uint8Array(0) : decoding.bytesOf(token, added.has(id));
  };
  const rules = { bytesOf: (id: number) => (isSpecial(id) ? new Uint8Array(0) : bytesOf(id)), strip: decoding.strip };

  const pieceOf = (id: number): string => {
    const token = added.get(id);
    if (token?.special) return token.content;
    return token === undefined && model.vocabulary[id] === undefined ? `⟨${id}⟩` : displayBytes(bytesOf(id));
  };
  const token = (id: number, start: number, end: number): TextToken => ({ id, text: pieceOf(id), start, end });

  const encodePiece = (piece: Aligned): TextToken[] => {
    const tokens = model.split(piece.text);
    const spans = spansOf(piece, tokens, model);
    return tokens.flatMap((spelling, index) => {
      const id = model.idOf(spelling);
      const { start, end } = spans[index]!;
      return id === undefined ? [] : [token(id, start, end)];
    });
  };
  const encodeNormalised = (text: Aligned): TextToken[] =>
    splitNormalised(text).flatMap((section) =>
      section.kind === 'token'
        ? [token(section.token.id, section.start, section.end)]
        : preTokenise(section.text).flatMap(encodePiece),
    );
  const encodeText = (text: string): TextToken[] =>
    splitWritten(aligned(text)).flatMap((section) =>
      section.kind === 'token'
        ? [token(section.token.id, section.start, section.end)]
        : encodeNormalised(normalise(section.text)),
    );

  return {
    size,
    encode(text, { specialTokens = true } = {}) {
      const tokens = tidyEnds(encodeText(text), text.length);
      if (!specialTokens) return tokens;
      const before = frame.before.map((id) => token(id, 0, 0));
      const after = frame.after.map((id) => token(id, text.length, text.length));
      return [...before, ...tokens, ...after];
    },
    decode(ids) {
      const stream = createStream(rules, []);
      return ids.map((id) => stream.push(id)).join('') + stream.end();
    },
    pieceOf,
    isSpecial,
    stream: (after) => createStream(rules, after),
  };
}

/**
 * Ends never go backwards, and what the normaliser dropped at the end belongs to the last token. Ends can go backwards
 * only where a space was added inside a character, between its normalised parts.
 */
function tidyEnds(tokens: readonly TextToken[], length: number): TextToken[] {
  let reached = 0;
  return tokens.map((token, index) => {
    reached = index === tokens.length - 1 ? length : Math.max(reached, token.end);
    return token.end === reached ? token : { ...token, end: reached };
  });
}
