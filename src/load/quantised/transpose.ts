// Codes stored column by column of the weight → rows. Both take a strip of a tensor whose rows run along the inputs.
import type { Lines } from './codes.ts';

export interface WordStrip {
  /** Row by row. */
  readonly words: Uint32Array;
  readonly rows: number;
  /** Words from one row to the next. */
  readonly width: number;
}

/** Rows and columns of a block that stays in the processor's cache. */
const block = 32;

/** GPTQ: a column of words is the line of one output. Lines of the columns [first, last) of the strip. */
export function transposeWords({ words, rows, width }: WordStrip, first: number, last: number, bits: number): Lines {
  const lines = new Uint32Array((last - first) * rows);
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(rows, top + block);
    for (let column = first; column < last; column++) {
      const line = (column - first) * rows;
      for (let row = top; row < bottom; row++) lines[line + row] = words[row * width + column]!;
    }
  }
  return { bytes: new Uint8Array(lines.buffer), lines: last - first, stride: rows * 4, bits };
}

/** AWQ: the nibble of a word that holds output 8·c + j. The inverse table (which output a nibble holds) differs. */
export const awqNibbles = [0, 4, 1, 5, 2, 6, 3, 7] as const;

/**
 * AWQ: row i holds input i of eight outputs a word. Lines of 4-bit codes of the outputs [first, last), counted from the
 * strip's first column of words.
 */
export function transposeAwq({ words, rows, width }: WordStrip, first: number, last: number): Lines {
  const stride = Math.ceil(rows / 8);
  const lines = new Uint32Array((last - first) * stride);
  const eight = new Uint32Array(8);
  for (let column = first >> 3; column < Math.ceil(last / 8); column++) {
    const begin = Math.max(first, column * 8);
    const end = Math.min(last, column * 8 + 8);
    for (let octet = 0; octet < stride; octet++) {
      for (let j = 0; j < 8; j++) {
        const row = octet * 8 + j;
        eight[j] = row < rows ? words[row * width + column]! : 0;
      }
      for (let output = begin; output < end; output++) {
        const shift = 4 * awqNibbles[output & 7]!;
        let line = 0;
        for (let j = 0; j < 8; j++) line |= ((eight[j]! >>> shift) & 15) << (4 * j);
        lines[(output - first) * stride + octet] = line;
      }
    }
  }
  return { bytes: new Uint8Array(lines.buffer), lines: last - first, stride: stride * 4, bits: 4 };
}
