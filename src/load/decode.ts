// Stored numbers → float32, exactly: every half and every bfloat16 is a float32. Bits are moved, not numbers, so that
// NaN payloads survive too. Little-endian machines only, as WebGPU itself.
import { AppError } from '../errors.ts';

export const floatTypes = ['F32', 'F16', 'BF16'] as const;
export type FloatType = (typeof floatTypes)[number];

export function isFloatType(dtype: string): dtype is FloatType {
  return floatTypes.some((type) => type === dtype);
}

/** May share memory with the bytes (F32 that is aligned); `room` takes what is widened, where it is large enough. */
export function toFloat32(
  bytes: Uint8Array,
  dtype: FloatType,
  room?: Float32Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  const width = dtype === 'F32' ? 4 : 2;
  if (bytes.byteLength % width !== 0) {
    throw new AppError('FormatError', `${bytes.byteLength} bytes are not a whole number of ${dtype} values.`);
  }
  const { buffer, byteOffset, byteLength } = aligned(bytes, width);
  if (dtype === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4);
  const stored = new Uint16Array(buffer, byteOffset, byteLength / 2);
  const floats =
    room && room.length >= stored.length ? room.subarray(0, stored.length) : new Float32Array(stored.length);
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  if (dtype === 'BF16') for (let i = 0; i < stored.length; i++) bits[i] = stored[i]! << 16;
  else {
    const table = halfBits();
    for (let i = 0; i < stored.length; i++) bits[i] = table[stored[i]!]!;
  }
  return floats;
}

/** Little-endian words. May share memory with the bytes. */
export function toWords(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = aligned(bytes, 4);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/** The same bytes, or a copy, at an address that typed arrays of that width take. */
export function aligned(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const usable = bytes.byteOffset % width === 0 && bytes.buffer instanceof ArrayBuffer;
  return usable ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

let halfTable: Uint32Array | null = null;

/** The float32 bits of all 65,536 halves. */
function halfBits(): Uint32Array {
  if (halfTable !== null) return halfTable;
  const table = new Uint32Array(65536);
  const scratch = new Float32Array(1);
  const scratchBits = new Uint32Array(scratch.buffer);
  for (let half = 0; half < 32768; half++) {
    const exponent = half >> 10;
    const fraction = half & 1023;
    let bits: number;
    if (exponent === 31) bits = 0x7f800000 | (fraction << 13);
    else if (exponent > 0) bits = ((exponent + 112) << 23) | (fraction << 13);
    else {
      // Subnormal: fraction · 2⁻²⁴, an ordinary number in float32.
      scratch[0] = fraction * 2 ** -24;
      bits = scratchBits[0]!;
    }
    table[half] = bits;
    table[half | 32768] = bits | 0x80000000;
  }
  halfTable = table;
  return table;
}
