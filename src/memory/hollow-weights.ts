// Weights of a model that have shapes and formats and no bytes: what a rehearsal computes with.
import type { Storage } from '../engine/pool.ts';
import { stackOf, type StoredShape } from '../engine/stack.ts';
import { layoutOf } from '../engine/weight-layout.ts';
import type { Weight } from '../engine/weight.ts';
import { WeightStore } from '../explain/weight-store.ts';
import { listBound } from '../models/list-weights.ts';
import { matricesOf, type StorageChoice } from './weight-bytes.ts';

/** `tree`: the weight specs of a model. They share one buffer that is none. */
export function hollowWeights(tree: unknown, choose: StorageChoice): WeightStore {
  const buffer = { destroy: () => {} } as GPUBuffer;
  const storage: Storage = { id: 0, buffer, bytes: 0, lastUse: 0 };
  const hollow = (name: string, { rows, columns, format, order }: StoredShape): Weight => {
    const layout = layoutOf(format, columns);
    const shard = {
      firstRow: 0,
      rows,
      layout,
      storage,
      groups: layout.groups && storage,
      order: order ? { ...storage } : null,
    };
    return { name, rows, columns, shards: [shard] };
  };
  return new WeightStore(
    new Map(
      listBound(tree).map((spec) => {
        const matrices = matricesOf(spec, choose).map((matrix) => hollow(spec.name, matrix));
        return [spec, stackOf(spec.name, matrices)];
      }),
    ),
  );
}
