// Converted weights as a safetensors file: codes and groups of every matrix in the bytes that the engine takes, what was
// not converted as it is. Where each row lies follows from shapes and formats alone, so rows can be written as they come.
import { AppError } from '../errors.ts';
import { denseBytes, isQuantised, type DenseFormat, type QuantisedFormat, type WeightData } from '../engine/weight-data.ts'; // prettier-ignore

/** Raised when the file means something else than before: nothing of older files is read then. */
export const layoutVersion = 1;

/** A weight without its numbers. */
export interface WeightShape {
  readonly rows: number;
  readonly columns: number;
  readonly format: DenseFormat | QuantisedFormat;
}

/** Rows of one kind of bytes, end to end. */
export interface Rows {
  /** Of the first row in the file. */
  readonly start: number;
  readonly rowBytes: number;
}

export interface PlacedWeight {
  /** Numbers, or codes. */
  readonly words: Rows;
  readonly groups: Rows | null;
}

export interface ConvertedLayout {
  /** What the file begins with. */
  readonly header: Uint8Array<ArrayBuffer>;
  readonly bytes: number;
  readonly places: ReadonlyMap<string, PlacedWeight>;
}

interface Tensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly rowBytes: number;
}

/** `metadata`: what the reader has to know beside the tensors. */
export function layoutConverted(
  weights: ReadonlyMap<string, WeightShape>,
  metadata: Readonly<Record<string, string>>,
): ConvertedLayout {
  const tensors = new Map([...weights].map(([key, weight]) => [key, tensorsOf(key, weight)]));
  const entries: Record<string, object> = { __metadata__: metadata };
  let at = 0;
  for (const { name, dtype, shape, rowBytes } of [...tensors.values()].flat()) {
    const end = at + shape[0]! * rowBytes;
    entries[name] = { dtype, shape, data_offsets: [at, end] };
    at = end;
  }
  const header = headerOf(entries);
  let start = header.length;
  const place = ({ shape, rowBytes }: Tensor): Rows => {
    const rows = { start, rowBytes };
    start += shape[0]! * rowBytes;
    return rows;
  };
  const places = new Map(
    [...tensors].map(([key, [words, groups]]): [string, PlacedWeight] => [
      key,
      { words: place(words!), groups: groups ? place(groups) : null },
    ]),
  );
  return { header, bytes: start, places };
}

/** Eight bytes of length, then the entries, filled up to whole words. */
function headerOf(entries: object): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(entries));
  const length = Math.ceil(text.length / 8) * 8;
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, 8);
  return header;
}

function tensorsOf(key: string, { rows, columns, format }: WeightShape): readonly Tensor[] {
  if (typeof format === 'string') {
    return [{ name: key, dtype: format, shape: [rows, columns], rowBytes: columns * denseBytes[format] }];
  }
  if (format.kind !== 'zero-bf16') {
    throw new AppError(
      'UnsupportedError',
      `${key}: groups of kind ${format.kind} are not what is made on this device.`,
    );
  }
  const codes = Math.ceil(columns / 8) * format.bits;
  const groups = format.group === 0 ? 1 : Math.ceil(columns / format.group);
  return [
    { name: `${key}.codes`, dtype: 'U8', shape: [rows, codes], rowBytes: codes },
    { name: `${key}.groups`, dtype: 'U32', shape: [rows, groups], rowBytes: 4 * groups },
  ];
}

export const shapeOf = (data: WeightData): WeightShape => {
  if (isQuantised(data) && data.order) {
    throw new AppError(
      'UnsupportedError',
      `${data.name}: columns in an order of their own are not made on this device.`,
    );
  }
  return { rows: data.rows, columns: data.columns, format: data.format };
};
