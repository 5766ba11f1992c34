// Keys and values of the tokens so far, for every layer: allocated once for the whole context, never grown.
import { AppError } from '../errors.ts';
import type { Gpu } from './gpu.ts';
import type { Tensor } from './tensor.ts';

/** Of the numbers kept. Explanations keep none: they compute everything in f32. */
export type CacheFormat = 'f32' | 'f16';
export const cacheNumberBytes: Readonly<Record<CacheFormat, number>> = { f32: 4, f16: 2 };

export class KeyValueCache {
  /** Tokens whose keys and values are in every layer. */
  length = 0;
  /** The layer that runs now. */
  layer = 0;
  private readonly layers: readonly { readonly keys: Tensor; readonly values: Tensor }[];

  constructor(
    gpu: Gpu,
    layers: number,
    /** Tokens that fit. */
    readonly capacity: number,
    /** keyValueHeads · headSize. */
    width: number,
    readonly format: CacheFormat = 'f32',
  ) {
    const bytes = capacity * width * cacheNumberBytes[format];
    const allocate = (label: string): Tensor => {
      return { storage: gpu.allocateForever(bytes, label), rows: capacity, width };
    };
    this.layers = Array.from({ length: layers }, (_, layer) => {
      return { keys: allocate(`key cache of layer ${layer}`), values: allocate(`value cache of layer ${layer}`) };
    });
  }

  /** The whole cache of the current layer, in which so many new rows fit behind the cached ones. */
  room(rows: number): { readonly keys: Tensor; readonly values: Tensor } {
    if (this.length + rows <= this.capacity) return this.layers[this.layer]!;
    throw new AppError('ContextError', `The text would have ${this.length + rows} tokens, but ${this.capacity} fit.`);
  }

  get bytes(): number {
    return this.layers.reduce((sum, { keys, values }) => sum + keys.storage.bytes + values.storage.bytes, 0);
  }

  destroy(): void {
    for (const { keys, values } of this.layers) {
      keys.storage.buffer.destroy();
      values.storage.buffer.destroy();
    }
  }
}
