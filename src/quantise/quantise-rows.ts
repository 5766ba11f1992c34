// Rows of weights → codes packed along the columns, lowest bits first, and one entry of kind zero-bf16 for every group:
// the scale in its low half, the zero in its high. bfloat16 has the range of float32, so that no scale is lost; that it
// is coarse costs next to nothing, because the codes are made for the scale as it is stored.
import { fromBfloat16, toBfloat16 } from './bfloat16.ts';
import { chooseGroup, codeOf, type ZeroRule } from './choose-group.ts';

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
  const rowBytes = Math.ceil(columns / 8) * bits;
  const groupColumns = group === 0 ? columns : group;
  const perByte = 8 / bits;
  const codes = new Uint8Array(rows * rowBytes);
  const entries = new Uint32Array(rows * Math.ceil(columns / groupColumns));
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    for (let first = 0; first < columns; first += groupColumns) {
      const start = row * columns + first;
      const end = row * columns + Math.min(columns, first + groupColumns);
      const chosen = chooseGroup(weights, [start, end], bits, zero);
      const half = toBfloat16(chosen.scale);
      const scale = fromBfloat16(half);
      entries[entry++] = (chosen.zero << 16) | half;
      const inverse = scale === 0 ? 0 : 1 / scale;
      let column = first;
      for (let i = start; i < end; i++, column++) {
        const code = codeOf(weights[i]!, inverse, chosen.zero, 2 ** bits - 1);
        const at = row * rowBytes + Math.trunc(column / perByte);
        codes[at] = codes[at]! | (code << ((column % perByte) * bits));
      }
    }
  }
  return { codes, groups: new Uint8Array(entries.buffer) };
}
