import { describe, expect, it } from 'vitest';
import { toFloat32 } from './decode.ts';

const bytesOf = (array: Uint16Array | Float32Array) => new Uint8Array(array.buffer);
const all16 = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

/** The value of a half by its definition. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

describe('toFloat32', () => {
  it('decodes every half exactly, with subnormals, infinities, NaN and both zeros', () => {
    const decoded = toFloat32(bytesOf(all16), 'F16');
    const wrong = [...all16].filter((bits) => !Object.is(decoded[bits], half(bits)));
    expect(wrong).toEqual([]);
  });

  it('decodes every bfloat16 as the upper half of a float32', () => {
    const decoded = toFloat32(bytesOf(all16), 'BF16');
    const bits = new Uint32Array(decoded.buffer);
    expect(bits.every((value, index) => value === index * 65536)).toBe(true);
    expect([decoded[0x3f80], decoded[0xc000], decoded[0x7f80], decoded[0x0001]]).toEqual([1, -2, Infinity, 2 ** -133]);
  });

  it('passes float32 through bit by bit', () => {
    const values = Float32Array.of(1.5, -0, NaN, 1e-45, Infinity);
    expect(toFloat32(bytesOf(values), 'F32')).toEqual(values);
  });

  it.each(['F32', 'F16', 'BF16'] as const)('takes %s bytes that do not begin at a multiple of their width', (dtype) => {
    const shifted = new Uint8Array(9);
    shifted.set([0, 60, 0, 64, 0, 60, 0, 64], 1);
    expect(toFloat32(shifted.subarray(1), dtype)).toEqual(toFloat32(shifted.slice(1), dtype));
  });

  it('takes part of a larger buffer', () => {
    expect([...toFloat32(bytesOf(Uint16Array.of(0, 0x3c00, 0x4000, 0)).subarray(2, 6), 'F16')]).toEqual([1, 2]);
  });

  it('refuses half a value', () => {
    expect(() => toFloat32(new Uint8Array(3), 'F16')).toThrow(/3 bytes are not a whole number of F16 values/);
  });
});
