// Rows of weights → codes packed along the columns, lowest bits first, and one entry of kind zero-bf16 for every group:
// the scale in its low half, the zero in its high. bfloat16 has the range of float32, so that no scale is lost; that it
// is coarse costs next to nothing, because the codes are made for the scale as it is stored.
import { fromBfloat16, toBfloat16 } from './bfloat16.ts';
import { chooseGroup, rounder, type ZeroRule } from './choose-group.ts';

export interface Grid {
  readonly bits: 4 | 8;
  /** Columns of a group, a multiple of 8; the last group of a row may be short. 0: the whole row. */
  readonly group: number;
  readonly zero: ZeroRule;
}

export interface QuantisedRows {
  readonly codes: Uint8Array<ArrayBuffer>;
  readonly groups: Uint8Array<ArrayBuffer>;
}

/** weights: whole rows, row-major, finite. Rows of codes are padded with 0 to a multiple of 8 columns. */
export function quantiseRows(weights: Float32Array, columns: number, { bits, group, zero }: Grid): QuantisedRows {
  const rows = weights.length / columns;
  const width = Math.ceil(columns / 8) * 8;
  const groupColumns = group === 0 ? columns : group;
  const codes = new Uint8Array(rows * width);
  const entries = new Uint32Array(rows * Math.ceil(columns / groupColumns));
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    for (let first = 0; first < columns; first += groupColumns) {
      const last = Math.min(columns, first + groupColumns);
      const chosen = chooseGroup(weights, start + first, start + last, bits, zero);
      const half = toBfloat16(chosen.scale);
      entries[entry++] = (chosen.zero << 16) | half;
      const scale = fromBfloat16(half);
      const inverse = scale === 0 ? 0 : 1 / scale;
      const part = weights.subarray(start + first, start + last);
      encode(part, inverse, chosen.zero, 2 ** bits - 1, codes.subarray(row * width + first));
    }
  }
  return { codes: bits === 8 ? codes : pairs(codes), groups: new Uint8Array(entries.buffer) };
}

/** The code next to w / scale + zero, of 0 … top. */
function encode(weights: Float32Array, inverse: number, zero: number, top: number, codes: Uint8Array): void {
  for (let i = 0; i < weights.length; i++) {
    let code = weights[i]! * inverse + zero + rounder - rounder;
    code = code < 0 ? 0 : code;
    codes[i] = code > top ? top : code;
  }
}

/** Codes of 4 bits, two to a byte, the first in the low half. */
function pairs(codes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(codes.length / 2);
  for (let i = 0; i < packed.length; i++) packed[i] = codes[2 * i]! | (codes[2 * i + 1]! << 4);
  return packed;
}
