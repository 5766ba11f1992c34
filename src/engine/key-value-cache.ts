// Keys and values of the tokens so far, for every layer: allocated once for the whole context, never grown.
import { AppError } from '../errors.ts';
import copySource from '#shaders/copy-rows.wgsl?raw';
import { gridOf, type Gpu } from './gpu.ts';
import { kernel, shader } from './kernel.ts';
import type { Tensor } from './tensor.ts';

const copyRows = kernel(shader('copy-rows.wgsl', copySource), 'forward');

export class KeyValueCache {
  /** Tokens whose keys and values are in every layer. */
  length = 0;
  /** The layer that the next append belongs to. */
  layer = 0;
  private readonly layers: readonly { readonly keys: Tensor; readonly values: Tensor }[];

  constructor(
    private readonly gpu: Gpu,
    layers: number,
    /** Tokens that fit. */
    readonly capacity: number,
    /** keyValueHeads · headSize. */
    width: number,
  ) {
    const allocate = (label: string): Tensor => {
      return { storage: gpu.allocateForever(capacity * width * 4, label), rows: capacity, width };
    };
    this.layers = Array.from({ length: layers }, (_, layer) => {
      return { keys: allocate(`key cache of layer ${layer}`), values: allocate(`value cache of layer ${layer}`) };
    });
  }

  /** Puts new rows behind the cached ones of the current layer; returns the whole cache of that layer. */
  append(k: Tensor, v: Tensor): { readonly keys: Tensor; readonly values: Tensor } {
    const layer = this.layers[this.layer]!;
    if (this.length + k.rows > this.capacity) {
      throw new AppError(
        'ContextError',
        `The text would have ${this.length + k.rows} tokens, but ${this.capacity} fit.`,
      );
    }
    this.copy(k, layer.keys);
    this.copy(v, layer.values);
    return layer;
  }

  private copy(from: Tensor, to: Tensor): void {
    const count = from.rows * from.width;
    const params = { count, offset: this.length * from.width };
    this.gpu.run(copyRows, { x: from.storage, y: to.storage }, params, gridOf(Math.ceil(count / 256)));
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
