// The control every method is held against: a map that knows nothing. Seeded, so that figures can be reproduced.
import { randomNumbers } from '../generate/random.ts';

/** Each call gives the next map: `count` relevances, uniform between −½ and ½. */
export function randomMaps(seed: number): (count: number) => Float64Array {
  const random = randomNumbers(seed);
  return (count) => Float64Array.from({ length: count }, () => random() - 0.5);
}
