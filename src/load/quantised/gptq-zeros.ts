// GPTQ's zero points: every group has a line of them along the outputs. Format v1 stores one less.
import { unpackLine } from './codes.ts';
import type { GptqSettings } from './gptq-settings.ts';
import { misfit } from './module.ts';
import type { StoredTensor } from '../stored-tensor.ts';

/** One in every value of a word. v1 is written by subtracting this from whole words, so that a 0 borrows from its neighbour. */
const ones: Readonly<Record<number, number>> = { 2: 0x55555555, 4: 0x11111111, 8: 0x01010101 };

/** Turns stored words into lines of plain zero points, in place; of 3 bits they stay as stored. */
export function restoreZeros(words: Uint32Array, tensor: StoredTensor, bits: number, settings: GptqSettings): void {
  const one = ones[bits];
  if (one === undefined) return;
  // Symmetric: every zero point is the middle of the codes.
  const middle = (one * 2 ** (bits - 1)) >>> 0;
  const [label, expected, other] =
    settings.version === 'v1' ? ['gptq', (middle - one) >>> 0, middle] : ['gptq_v2', middle, (middle - one) >>> 0];
  if (settings.symmetric && words.length > 0 && words.every((word) => word === other)) {
    const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;
    misfit(
      tensor,
      `words ${hex(expected)} are expected of a symmetric checkpoint of format "${label}", not ${hex(other)} throughout: ` +
        `it is of format "${settings.version === 'v1' ? 'gptq_v2' : 'gptq'}", and its configuration should say so ` +
        'in "checkpoint_format"',
    );
  }
  if (settings.version === 'v1') for (let i = 0; i < words.length; i++) words[i] = words[i]! + one;
}

/** Zero points of the outputs [first, last), group by group for each output. */
export function zeroPoints(
  words: Uint32Array,
  { groups, bits, settings }: { readonly groups: number; readonly bits: number; readonly settings: GptqSettings },
  first: number,
  last: number,
): Uint8Array {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const stride = bytes.length / groups;
  const zeros = new Uint8Array((last - first) * groups);
  const line = new Uint8Array(last - first);
  // Three bits straddle words, so v1 is undone value by value.
  const missing = bits === 3 && settings.version === 'v1' ? 1 : 0;
  for (let group = 0; group < groups; group++) {
    unpackLine(bytes, group * stride, bits, first, last - first, line);
    for (let output = 0; output < line.length; output++)
      zeros[output * groups + group] = missing ? (line[output]! + missing) & 7 : line[output]!;
  }
  return zeros;
}
