// The byte-level alphabet of GPT-2: every byte has a printable character, so that a vocabulary of strings can hold bytes.
import { AlignedBuilder, spanOf, type Aligned } from './aligned.ts';

const characterOf: readonly string[] = buildAlphabet();
const byteOf: ReadonlyMap<string, number> = new Map(characterOf.map((character, byte) => [character, byte]));
const encoder = new TextEncoder();

/** Printable Latin-1 stands for itself; the other 68 bytes follow from U+0100 on. */
function buildAlphabet(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    return String.fromCharCode(printable ? byte : next++);
  });
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Each character as its bytes, which all stand for what the character stood for. */
export function toByteLevel(text: Aligned): Aligned {
  const result = new AlignedBuilder();
  let at = 0;
  for (const point of text.text) {
    const { start, end } = spanOf(text, at, at + point.length);
    result.put(Array.from(utf8(point), (byte) => characterOf[byte]!).join(''), start, end);
    at += point.length;
  }
  return result;
}

/** The bytes a token of the byte-level alphabet spells, or null where it is not of that alphabet. */
export function fromByteLevel(token: string): Uint8Array<ArrayBuffer> | null {
  const bytes = Array.from(token, (character) => byteOf.get(character) ?? -1);
  return bytes.includes(-1) ? null : Uint8Array.from(bytes);
}
