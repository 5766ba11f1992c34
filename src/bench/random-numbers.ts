// Numbers of a linear congruential generator, the same for the same seed: to fill weights and inputs with, no more.

/** 32 bits each, of which the upper are the better ones. */
export function randomWords(seed = 1): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) | 0);
}

/** Uniform in [-1, 1). */
export function uniformNumbers(count: number, seed = 1): Float32Array<ArrayBuffer> {
  const random = randomWords(seed);
  return Float32Array.from({ length: count }, () => random() / 2 ** 31);
}
