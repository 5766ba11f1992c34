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

/** Bytes for so many rows of codes and groups. */
export function roomFor(rows: number, columns: number, { bits, group }: Grid): QuantisedRows {
  const groups = group === 0 ? 1 : Math.ceil(columns / group);
  return { codes: new Uint8Array(rows * rowBytes(columns, bits)), groups: new Uint8Array(rows * groups * 4) };
}

const rowBytes = (columns: number, bits: 4 | 8): number => Math.ceil(columns / 8) * bits;

/** The part of a room that the rows [first, last) of all its rows take. */
export function partOfRoom({ codes, groups }: QuantisedRows, rows: number, first: number, last: number): QuantisedRows {
  const part = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
    bytes.subarray((bytes.length / rows) * first, (bytes.length / rows) * last);
  return { codes: part(codes), groups: part(groups) };
}

/**
 * weights: whole rows, row-major, finite. Rows of codes are padded with 0 to a multiple of 8 columns. `into` is filled,
 * and given back.
 */
export function quantiseRows(
  weights: Float32Array,
  columns: number,
  grid: Grid,
  into = roomFor(weights.length / columns, columns, grid),
): QuantisedRows {
  const { bits, group, zero } = grid;
  const top = 2 ** bits - 1;
  const rows = weights.length / columns;
  const groupColumns = group === 0 ? columns : group;
  const entries = new Uint32Array(into.groups.buffer, into.groups.byteOffset, into.groups.length / 4);
  // Of one row, a byte each.
  const line = new Uint8Array(Math.ceil(columns / 8) * 8);
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    for (let first = 0; first < columns; first += groupColumns) {
      const last = Math.min(columns, first + groupColumns);
      const chosen = chooseGroup(weights, start + first, start + last, bits, zero);
      const half = storedScale(chosen.scale, Math.max(chosen.zero, top - chosen.zero));
      entries[entry++] = (chosen.zero << 16) | half;
      const scale = fromBfloat16(half);
      const inverse = scale === 0 ? 0 : 1 / scale;
      for (let column = first; column < last; column++) {
        // The code next to w / scale + zero, of 0 … top.
        let code = weights[start + column]! * inverse + chosen.zero + rounder - rounder;
        code = code < 0 ? 0 : code;
        line[column] = code > top ? top : code;
      }
    }
    pack(line, bits, into.codes, row * rowBytes(columns, bits));
  }
  return into;
}

const largestFloat = (2 - 2 ** -23) * 2 ** 127;

/** The nearest bfloat16, or the next below with which even the code farthest from the zero stands for a finite number. */
function storedScale(scale: number, farthest: number): number {
  let half = toBfloat16(scale);
  while (fromBfloat16(half) * farthest > largestFloat) half--;
  return half;
}

/** Codes of 4 bits go two to a byte, the first in the low half. */
function pack(codes: Uint8Array, bits: 4 | 8, into: Uint8Array, start: number): void {
  if (bits === 8) return into.set(codes, start);
  for (let i = 0; i < codes.length; i += 2) into[start + i / 2] = codes[i]! | (codes[i + 1]! << 4);
}
