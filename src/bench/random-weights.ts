// Weights out of nothing: as many and as large as a model asks for, small enough that activations stay finite.
import type { Gpu } from '../engine/gpu.ts';
import type { WeightData } from '../engine/weight-data.ts';
import { WeightStore } from '../explain/weight-store.ts';
import type { WeightSpec } from '../models/model.ts';
import { toBfloat16 } from '../quantise/bfloat16.ts';
import type { Grid } from '../quantise/quantise-rows.ts';
import { gridFor, type Recipe } from '../quantise/recipes.ts';
import { randomWords } from './random-numbers.ts';

/** Matrices in F16, or in the recipe's formats; vectors, which are always F32, of ones. */
export function randomWeights(gpu: Gpu, tree: unknown, recipe: Recipe | null = null): Promise<WeightStore> {
  return WeightStore.upload(gpu, tree, (spec) => {
    const grid = spec.shape.length > 1 ? gridFor(spec.name, recipe) : null;
    return grid ? randomCodes(spec, grid) : randomData(spec);
  });
}

/** Any codes, and scales that give them the size of the weights of randomData. */
function randomCodes({ name, shape }: WeightSpec, { bits, group }: Grid): WeightData {
  const [rows, columns] = shape as [number, number];
  const random = randomWords();
  const middle = 2 ** (bits - 1);
  const entry = (middle << 16) | toBfloat16(2 ** -5 / middle);
  const groups = group === 0 ? 1 : Math.ceil(columns / group);
  return {
    name,
    format: { bits, kind: 'zero-bf16', group },
    rows,
    columns,
    readCodes: async (first, last) =>
      new Uint8Array(Uint32Array.from({ length: ((last - first) * Math.ceil(columns / 8) * bits) / 4 }, random).buffer),
    readGroups: async (first, last) => new Uint8Array(new Uint32Array((last - first) * groups).fill(entry).buffer),
  };
}

function randomData({ name, shape }: WeightSpec): WeightData {
  const columns = shape.at(-1)!;
  if (shape.length === 1) {
    const ones = async () => new Uint8Array(new Float32Array(columns).fill(1).buffer);
    return { name, format: 'F32', rows: 1, columns, read: ones };
  }
  const random = randomWords();
  const read = async (first: number, last: number): Promise<Uint8Array<ArrayBuffer>> => {
    const halves = new Uint16Array((last - first) * columns);
    for (let i = 0; i < halves.length; i++) {
      // Sign and mantissa at random, exponent 2^-6: |w| between 1/64 and 1/32.
      halves[i] = ((random() >>> 16) & 0x83ff) | 0x2400;
    }
    return new Uint8Array(halves.buffer);
  };
  return { name, format: 'F16', rows: shape[0]!, columns, read };
}
