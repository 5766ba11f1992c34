// The entries of groups: a scale with an integer zero point or with an offset, in the words the engine reads.
import { AppError } from '../../errors.ts';
import { aligned } from '../decode.ts';
import type { StoredTensor } from '../stored-tensor.ts';
import type { Strip } from './column-strips.ts';
import type { ScaleType } from './quantised-matrix.ts';

/** Stored numbers: the bits of 16-bit floats as they are, or f32. */
export type Scales = Uint16Array | Float32Array;

/** Throws FormatError where one is NaN or infinite. */
export function readScales(bytes: Uint8Array, tensor: StoredTensor): Scales {
  return finite(asNumbers(bytes, tensor.dtype as ScaleType), tensor);
}

/** Columns [first, last) of a matrix that is stored as [groups, outputs], as [outputs, groups]. */
export function readScaleColumns(strip: Strip, tensor: StoredTensor, first: number, last: number): Scales {
  const stored = asNumbers(strip.bytes, tensor.dtype as ScaleType);
  const groups = tensor.shape[0]!;
  const count = (last - first) * groups;
  const columns = stored instanceof Float32Array ? new Float32Array(count) : new Uint16Array(count);
  for (let group = 0; group < groups; group++)
    for (let output = first; output < last; output++)
      columns[(output - first) * groups + group] = stored[group * strip.columns + output - strip.firstColumn]!;
  return finite(columns, tensor);
}

function asNumbers(bytes: Uint8Array, type: ScaleType): Scales {
  const width = type === 'F32' ? 4 : 2;
  const { buffer, byteOffset, byteLength } = aligned(bytes, width);
  return type === 'F32'
    ? new Float32Array(buffer, byteOffset, byteLength / 4)
    : new Uint16Array(buffer, byteOffset, byteLength / 2);
}

function finite(scales: Scales, { name, dtype, file }: StoredTensor): Scales {
  if (!scales.some(brokenIn(dtype as ScaleType))) return scales;
  throw new AppError(
    'FormatError',
    `Tensor "${name}" in ${file.name} holds NaN or infinity, but scales and offsets must be finite. ` +
      'The file is damaged, or overflowed when it was made; download it again or take another version of the model.',
  );
}

function brokenIn(type: ScaleType): (value: number) => boolean {
  if (type === 'F32') return (value) => !Number.isFinite(value);
  const exponent = type === 'F16' ? 0x7c00 : 0x7f80;
  return (bits) => (bits & exponent) === exponent;
}

/** Scales with integer zero points. */
export function zeroEntries(scales: Scales, zeros: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  return scales instanceof Float32Array ? floatPairs(scales, zeros) : wordPairs(scales, zeros);
}

/** Scales with offsets of the same type. */
export function affineEntries(scales: Scales, offsets: Scales): Uint8Array<ArrayBuffer> {
  return scales instanceof Float32Array ? floatPairs(scales, offsets) : wordPairs(scales, offsets);
}

function wordPairs(low: Uint16Array, high: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const halves = new Uint16Array(low.length * 2);
  for (let i = 0; i < low.length; i++) {
    halves[2 * i] = low[i]!;
    halves[2 * i + 1] = high[i]!;
  }
  return new Uint8Array(halves.buffer);
}

function floatPairs(first: Float32Array, second: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const pairs = new Float32Array(first.length * 2);
  for (let i = 0; i < first.length; i++) {
    pairs[2 * i] = first[i]!;
    pairs[2 * i + 1] = second[i]!;
  }
  return new Uint8Array(pairs.buffer);
}
