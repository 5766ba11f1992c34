// Random matrices for tests: normally distributed, repeatable from a seed, every value exactly a float32.
import type { Matrix } from '../matrix.ts';

export function randomMatrix(seed: number, rows: number, width: number): Matrix {
  const uniform = generator(seed);
  // Box-Muller: two uniform numbers make one normal one.
  const data = Float64Array.from({ length: rows * width }, () =>
    Math.fround(Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())),
  );
  return { rows, width, data };
}

/** Numbers in [0, 1) from Mulberry32, a public-domain 32-bit generator by Tommy Ettinger. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
