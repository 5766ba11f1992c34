// Cosines and sines of rotary embedding, for every position and frequency.
import type { Gpu } from '../gpu.ts';
import type { Rotation } from '../ops.ts';
import type { Storage } from '../pool.ts';

/** Cosine and sine of every position and frequency, computed in float64. */
export interface RotationTable {
  readonly storage: Storage;
  readonly positions: number;
  readonly headSize: number;
}

export function createRotationTable(
  gpu: Gpu,
  { headSize, inverseFrequencies }: Rotation,
  positions: number,
): RotationTable {
  const half = headSize / 2;
  const values = new Float32Array(positions * headSize);
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * inverseFrequencies[i]!;
      values[(position * half + i) * 2] = Math.cos(angle);
      values[(position * half + i) * 2 + 1] = Math.sin(angle);
    }
  }
  const storage = gpu.allocateForever(values.byteLength, 'rotation table');
  gpu.write(storage, 0, values);
  return { storage, positions, headSize };
}
