// Weights of a model that have shapes and formats and no bytes: what a rehearsal computes with.
import type { Storage } from '../engine/pool.ts';
import { layoutOf } from '../engine/weight-layout.ts';
import type { Weight } from '../engine/weight.ts';
import { WeightStore } from '../explain/weight-store.ts';
import { listWeights } from '../models/list-weights.ts';
import type { WeightSpec } from '../models/model.ts';
import { storedAs, type StorageChoice } from './weight-bytes.ts';

/** `tree`: the weight specs of a model. They share one buffer that is none. */
export function hollowWeights(tree: unknown, choose: StorageChoice): WeightStore {
  const buffer = { destroy: () => {} } as GPUBuffer;
  const storage: Storage = { id: 0, buffer, bytes: 0, lastUse: 0 };
  const weights = new Map<WeightSpec, Weight>();
  for (const spec of listWeights(tree)) {
    const { format, ordered } = storedAs(spec, choose);
    const rows = spec.shape.length === 1 ? 1 : spec.shape[0]!;
    const columns = spec.shape.at(-1)!;
    const layout = layoutOf(format, columns);
    const shard = { firstRow: 0, rows, storage, groups: layout.groups && storage };
    const order = ordered ? storage : null;
    weights.set(spec, {
      name: spec.name,
      format,
      layout,
      rows,
      columns,
      octets: layout.octets,
      shards: [shard],
      order,
    });
  }
  return new WeightStore(weights);
}
