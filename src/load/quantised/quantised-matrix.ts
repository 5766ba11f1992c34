// A quantised matrix as the engine takes it: codes packed along the columns, one row per output, and an entry of scale
// and offset for every group of columns. Every checkpoint's layout is turned into this one while it is read.
import type { Dtype } from '../safetensors.ts';
import type { StoredTensor } from '../stored-tensor.ts';

/**
 * What a group's entry holds, and the weight W of a code q:
 * zero-f16, zero-bf16: a word, scale s in its low 16 bits, integer z in its high; W = s · (q − z).
 * affine-f16, affine-bf16: a word, s low, c high; W = s · q + c.
 * zero-f32, affine-f32: two words of f32, s then z or c.
 * table-f32: a word of f32; W = s · table[q]. Its groups are blocks of the flattened matrix and may run across row ends.
 */
export type GroupKind =
  'zero-f16' | 'zero-bf16' | 'zero-f32' | 'affine-f16' | 'affine-bf16' | 'affine-f32' | 'table-f32';

export interface QuantisedFormat {
  readonly bits: 4 | 8;
  readonly kind: GroupKind;
  /** Columns of a group, a multiple of 8; the last group of a row may be short. 0: the whole row is one group. */
  readonly group: number;
  /** The 16 values that the codes of table-f32 stand for. */
  readonly table?: readonly number[];
}

export interface QuantisedMatrix {
  /** Of its weight, as errors name it. */
  readonly name: string;
  readonly format: QuantisedFormat;
  readonly rows: number;
  readonly columns: number;
  /** Stored column i multiplies input order[i]; without it the columns are in their own order. */
  readonly order?: Uint32Array<ArrayBuffer>;
  /** What it is read from. */
  readonly tensors: readonly StoredTensor[];
  /**
   * Codes of the rows [firstRow, lastRow): packed along the columns, lowest bits first, each row padded with codes of 0
   * to a multiple of 8 columns. Eight columns take `bits` bytes.
   */
  readCodes(firstRow: number, lastRow: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Entries of the groups of the rows [firstRow, lastRow), row by row. For table-f32 those of every block that holds a
   * part of these rows.
   */
  readGroups(firstRow: number, lastRow: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

export const scaleTypes = ['F16', 'BF16', 'F32'] as const satisfies readonly Dtype[];
export type ScaleType = (typeof scaleTypes)[number];

export const kindOf = (offset: 'zero' | 'affine', scales: ScaleType): GroupKind =>
  `${offset}-${scales.toLowerCase() as Lowercase<ScaleType>}`;

/** Groups in a row. */
export const groupCount = (columns: number, group: number): number => (group === 0 ? 1 : Math.ceil(columns / group));
