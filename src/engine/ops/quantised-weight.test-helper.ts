// Quantised weights for tests: random codes and groups, on the GPU and as the float64 numbers they stand for.
import { toFloat32 } from '../../load/decode.ts';
import type { Gpu } from '../gpu.ts';
import { generate, type Matrix } from '../matrix.ts';
import type { GroupKind, QuantisedData, QuantisedFormat } from '../weight-data.ts';
import { uploadWeight } from '../weight.ts';
import { randomMatrix } from './random.test-helper.ts';
import type { StoredWeight } from './stored-weight.test-helper.ts';

export interface QuantisedShape {
  readonly rows: number;
  readonly columns: number;
  readonly format: QuantisedFormat;
  /** Columns are stored in another order than that of the inputs. */
  readonly reordered?: boolean;
  readonly shardBytes?: number | undefined;
}

export const kinds: readonly GroupKind[] = [
  'zero-f16',
  'zero-bf16',
  'zero-f32',
  'affine-f16',
  'affine-bf16',
  'affine-f32',
  'table-f32',
];

/** Values of a normal distribution where a code is likely, as in nf4; none is a round number. */
export const table = Array.from({ length: 16 }, (_, code) => Math.fround(Math.tanh((code - 7) / 5)));

export async function quantisedWeight(gpu: Gpu, seed: number, shape: QuantisedShape): Promise<StoredWeight> {
  const { data, decoded } = randomQuantised(seed, shape);
  const cap = gpu.bindingCap;
  if (shape.shardBytes !== undefined) gpu.bindingCap = shape.shardBytes;
  try {
    return { weight: await uploadWeight(gpu, data), decoded };
  } finally {
    gpu.bindingCap = cap;
  }
}

export function randomQuantised(seed: number, shape: QuantisedShape): { data: QuantisedData; decoded: Matrix } {
  const { rows, columns, format } = shape;
  const { bits, kind } = format;
  const width = Math.ceil(columns / 8) * 8;
  const numbers = randomMatrix(seed, rows, width).data;
  // Every code occurs, those in the middle most often. Padding has a code too, and its weight is not 0.
  const codes = Uint8Array.from(numbers, (value) =>
    Math.max(0, Math.min(2 ** bits - 1, Math.round((value / 3 + 0.5) * 2 ** bits))),
  );
  const group = format.group === 0 ? columns : format.group;
  const runsOn = kind === 'table-f32';
  const perRow = Math.ceil(columns / group);
  const count = runsOn ? Math.ceil((rows * columns) / group) : rows * perRow;
  const entries = randomEntries(seed + 1, count, format);
  const order = orderOf(seed + 2, columns);
  const decoded = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const place = shape.reordered ? order[column]! : column;
      const at = runsOn ? Math.floor((row * columns + column) / group) : row * perRow + Math.floor(column / group);
      decoded[row * columns + place] = entries.decode(codes[row * width + column]!, at);
    }
  }
  const entryBytes = entries.bytes.length / count;
  const packed = pack(codes, bits);
  const firstGroup = (row: number): number => (runsOn ? Math.ceil((row * columns) / group) : row * perRow);
  const data = {
    name: `${bits} bit ${kind}`,
    format,
    rows,
    columns,
    readCodes: async (first: number, last: number) =>
      packed.slice((first * width * bits) / 8, (last * width * bits) / 8),
    readGroups: async (first: number, last: number) =>
      entries.bytes.slice(firstGroup(first) * entryBytes, firstGroup(last) * entryBytes),
  };
  const matrix = { rows, width: columns, data: decoded };
  return { data: shape.reordered ? { ...data, order } : data, decoded: matrix };
}

interface Entries {
  readonly bytes: Uint8Array<ArrayBuffer>;
  decode(code: number, entry: number): number;
}

/** Scales around 2⁻ᵇⁱᵗˢ, so that weights are around 1; of affine groups, as in MLX, every other one is negative. */
function randomEntries(seed: number, count: number, { bits, kind }: QuantisedFormat): Entries {
  const random = randomMatrix(seed, count, 2).data;
  const size = (index: number): number => (1 + Math.abs(random[index]!)) * 2 ** -bits;
  if (kind === 'table-f32') {
    const scales = Float32Array.from({ length: count }, (_, at) => 2 ** bits * size(2 * at));
    return { bytes: bytesOf(scales), decode: (code, at) => table[code]! * scales[at]! };
  }
  const sign = (at: number): number => (kind.startsWith('affine') && at % 2 === 1 ? -1 : 1);
  const scales = Float32Array.from({ length: count }, (_, at) => sign(at) * size(2 * at));
  // Integers from the least to the largest code; or the offset of such a zero, and a little besides.
  const zeros = Float32Array.from({ length: count }, (_, at) => (at * 7 + (seed % 5)) % 2 ** bits);
  const offsets = zeros.map((zero, at) => -scales[at]! * zero * (1 + random[2 * at + 1]! / 16));
  const pair = (first: Float32Array, second: Float32Array): Uint8Array<ArrayBuffer> =>
    bytesOf(Float32Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? first : second)[at >> 1]!));
  if (kind === 'zero-f32') return { bytes: pair(scales, zeros), decode: (q, at) => scales[at]! * (q - zeros[at]!) };
  if (kind === 'affine-f32') return { bytes: pair(scales, offsets), decode: (q, at) => scales[at]! * q + offsets[at]! };
  const half = kind.endsWith('bf16') ? 'BF16' : 'F16';
  const stored = halves(scales, half);
  if (kind.startsWith('zero')) {
    const words = Uint32Array.from({ length: count }, (_, at) => (zeros[at]! << 16) | stored.bits[at]!);
    return { bytes: bytesOf(words), decode: (q, at) => stored.values[at]! * (q - zeros[at]!) };
  }
  const high = halves(offsets, half);
  const words = Uint32Array.from({ length: count }, (_, at) => (high.bits[at]! << 16) | stored.bits[at]!);
  return { bytes: bytesOf(words), decode: (q, at) => stored.values[at]! * q + high.values[at]! };
}

/** Rounded towards zero, as bits and as what these stand for. */
function halves(values: Float32Array<ArrayBuffer>, format: 'F16' | 'BF16') {
  const words = new Uint32Array(values.buffer);
  const half = (word: number): number => ((word >>> 16) & 0x8000) | (((word & 0x7fffffff) >>> 13) - (112 << 10));
  const bits = Uint16Array.from(words, format === 'BF16' ? (word) => word >>> 16 : half);
  return { bits, values: toFloat32(bytesOf(bits), format) };
}

const bytesOf = ({ buffer }: { readonly buffer: ArrayBuffer }): Uint8Array<ArrayBuffer> => new Uint8Array(buffer);

function pack(codes: Uint8Array<ArrayBuffer>, bits: 4 | 8): Uint8Array<ArrayBuffer> {
  if (bits === 8) return codes;
  return Uint8Array.from({ length: codes.length / 2 }, (_, at) => codes[2 * at]! | (codes[2 * at + 1]! << 4));
}

/** A random permutation. */
function orderOf(seed: number, columns: number): Uint32Array<ArrayBuffer> {
  const { data } = randomMatrix(seed, 1, columns);
  return Uint32Array.from(generate(1, columns, (_, column) => column).data.toSorted((a, b) => data[a]! - data[b]!));
}
