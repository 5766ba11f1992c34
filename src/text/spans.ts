// Which part of the original text each token of a piece stands for.
import { spanOf, type Aligned, type Span } from './aligned.ts';
import { utf8 } from './byte-level.ts';
import { byteOfToken, type PieceModel } from './piece-model.ts';

/** Spans never go backwards; a token that holds part of a character has the whole character's span. */
export function spansOf(piece: Aligned, tokens: readonly string[], model: PieceModel): Span[] {
  const { text } = piece;
  let at = 0;
  /** Bytes of the character at `at` that earlier byte tokens took. */
  let bytesTaken = 0;
  return tokens.map((token) => {
    const spelled = spelling(token, model);
    const byte = byteOfToken(token);
    const character = characterAt(text, at);
    if (bytesTaken === 0 && spelled !== '' && text.startsWith(spelled, at)) {
      at += spelled.length;
      return spanOf(piece, at - spelled.length, at);
    }
    const bytes = utf8(character);
    if (byte !== null && bytes[bytesTaken] === byte) {
      const span = spanOf(piece, at, at + character.length);
      bytesTaken++;
      if (bytesTaken === bytes.length) {
        at += character.length;
        bytesTaken = 0;
      }
      return span;
    }
    // A model without an unknown token skips what it does not know.
    const known = token !== model.unknown && model.has(token) ? text.indexOf(spelled, at) : -1;
    if (known >= 0) {
      at = known + spelled.length;
      return spanOf(piece, known, at);
    }
    const end = endOfUnknown(text, at, model);
    const span = spanOf(piece, at, end);
    at = end;
    return span;
  });
}

function spelling(token: string, { continuingPrefix, wordSuffix }: PieceModel): string {
  const start = continuingPrefix !== '' && token.startsWith(continuingPrefix) ? continuingPrefix.length : 0;
  const end = wordSuffix !== '' && token.endsWith(wordSuffix) ? token.length - wordSuffix.length : token.length;
  return token.slice(start, end);
}

function endOfUnknown(text: string, at: number, model: PieceModel): number {
  if (model.wholePieceUnknown) return text.length;
  let end = at + characterAt(text, at).length;
  while (model.fusesUnknown && end < text.length && !model.has(characterAt(text, end))) {
    end += characterAt(text, end).length;
  }
  return end;
}

function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
}
