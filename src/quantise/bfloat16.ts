// Numbers rounded to bfloat16, the upper half of a float32: its whole range in 16 bits, so that no scale overflows.
const scratch = new Float32Array(1);
const bits = new Uint32Array(scratch.buffer);

/** The bits of the nearest bfloat16, ties to even. Subnormal ones, which a GPU may flush, become 0. */
export function toBfloat16(value: number): number {
  scratch[0] = value;
  const word = bits[0]!;
  if ((word & 0x7f800000) === 0) return 0;
  // Infinity stays what it is; the largest numbers are not rounded up to it.
  if ((word & 0x7fffffff) >= 0x7f7f8000) return (word >>> 16) & ((word & 0x7fffffff) >= 0x7f800000 ? 0xffff : 0xff7f);
  return (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
}

export function fromBfloat16(half: number): number {
  bits[0] = half << 16;
  return scratch[0]!;
}
