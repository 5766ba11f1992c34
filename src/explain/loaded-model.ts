// A model with its weights on the GPU: what generation and explanation both run.
import type { Gpu } from '../engine/gpu.ts';
import { cacheNumberBytes, type CacheFormat } from '../engine/key-value-cache.ts';
import type { RotationTables } from '../engine/gpu-ops.ts';
import { multiplyBack } from '../engine/ops/products.ts';
import { createRotationTable, type RotationTable } from '../engine/ops/rotation-table.ts';
import type { Rotation } from '../engine/ops.ts';
import type { Tensor } from '../engine/tensor.ts';
import type { Weight } from '../engine/weight.ts';
import type { BoundSpec, LanguageModel } from '../models/model.ts';
import type { WeightStore } from './weight-store.ts';

/** Bytes that keys and values may take. They are allocated at once, so that nothing grows while tokens stream. */
export const usualCacheBytes = 512 * 2 ** 20;

export class LoadedModel {
  /** Tokens that fit: the model's own limit, or less where the device says so. */
  readonly context: number;
  private readonly tables = new Map<Rotation, RotationTable>();
  private meanRow: Tensor | null = null;

  constructor(
    readonly gpu: Gpu,
    readonly model: LanguageModel,
    readonly weights: WeightStore,
    cacheBytes = usualCacheBytes,
    readonly cacheFormat: CacheFormat = 'f32',
  ) {
    const tokenBytes = model.keyValueWidth * cacheNumberBytes[cacheFormat];
    const inOneBinding = Math.floor(gpu.device.limits.maxStorageBufferBindingSize / tokenBytes);
    const inBudget = Math.floor(cacheBytes / (2 * model.layers * tokenBytes));
    this.context = Math.min(model.contextLength, inOneBinding, inBudget);
  }

  readonly weight = (spec: BoundSpec): Weight => this.weights.weight(spec);

  readonly rotationTable: RotationTables = (rotation) => {
    let table = this.tables.get(rotation);
    if (!table) {
      table = createRotationTable(this.gpu, rotation, this.context);
      this.tables.set(rotation, table);
    }
    return table;
  };

  /** The mean row of the head [1, hiddenSize], whose product with a hidden state is the mean logit. Computed once. */
  meanHeadRow(): Tensor {
    if (!this.meanRow) {
      const head = this.weight(this.model.head);
      const shares = new Float32Array(head.rows).fill(1 / head.rows);
      this.meanRow = this.gpu.keep(
        multiplyBack(this.gpu, this.gpu.upload(shares, 1, head.rows, 'mean of the head'), head),
      );
    }
    return this.meanRow;
  }

  get weightBytes(): number {
    return this.weights.bytes;
  }

  destroy(): void {
    if (this.meanRow) this.gpu.discard(this.meanRow);
    this.weights.destroy();
    for (const { storage } of this.tables.values()) storage.buffer.destroy();
  }
}
