// What a reader hands to the engine: a weight as bytes that can be asked for row by row. Dense numbers, or codes with a
// scale for every group of columns; both planes of a quantised matrix are packed the same way whatever the checkpoint.

export type DenseFormat = 'F32' | 'F16' | 'BF16';

/** Bytes per stored number. */
export const denseBytes: Readonly<Record<DenseFormat, number>> = { F32: 4, F16: 2, BF16: 2 };

export interface DenseData {
  readonly name: string;
  readonly format: DenseFormat;
  readonly rows: number;
  readonly columns: number;
  /** Rows [first, last), row-major and unpadded. */
  read(firstRow: number, lastRow: number): Promise<Uint8Array<ArrayBuffer>>;
}

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
  /** The 16 values that 4-bit codes of table-f32 stand for. */
  readonly table?: readonly number[];
}

export interface QuantisedData {
  readonly name: string;
  readonly format: QuantisedFormat;
  readonly rows: number;
  readonly columns: number;
  /**
   * Where the stored columns belong: stored column i multiplies input order[i]. A permutation of the columns; without it
   * they are in their own order.
   */
  readonly order?: Uint32Array<ArrayBuffer>;
  /**
   * Codes of the rows [first, last): row-major, packed along the columns, lowest bits first (little-endian words of eight
   * codes of 4 bits, or four of 8), each row padded with codes of 0 to a multiple of 8 columns.
   */
  readCodes(firstRow: number, lastRow: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Entries of the groups of the rows [first, last), row by row, ⌈columns / group⌉ to a row. For table-f32 those of the
   * blocks that hold these rows; firstRow then always begins a block, and the last block may reach beyond lastRow.
   */
  readGroups(firstRow: number, lastRow: number): Promise<Uint8Array<ArrayBuffer>>;
}

export type WeightData = DenseData | QuantisedData;

export const isQuantised = (data: WeightData): data is QuantisedData => typeof data.format !== 'string';

/** 'F16', 'int4 (group 32)', 'int8 (per row)', 'int4 (table, blocks of 64)'. */
export function nameOfFormat(format: DenseFormat | QuantisedFormat): string {
  if (typeof format === 'string') return format;
  const { bits, kind, group } = format;
  if (kind === 'table-f32') return `int${bits} (table, blocks of ${group})`;
  return `int${bits} (${group === 0 ? 'per row' : `group ${group}`})`;
}
