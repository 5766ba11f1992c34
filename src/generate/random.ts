// Uniform numbers in [0, 1) from a seed, the same on every machine (splitmix32).
export function randomNumbers(seed: number): () => number {
  // Both halves of a large seed count.
  let state = (seed | 0) ^ Math.floor(seed / 2 ** 32);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    // 24 bits: every value is a float32, and 1 is never reached.
    return (mixed >>> 8) / 0x1000000;
  };
}
