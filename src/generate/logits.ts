// The logits at every position of a text, token by token as when it is written.
import { decodingOps } from '../engine/gpu-ops.ts';
import { KeyValueCache } from '../engine/key-value-cache.ts';
import { checkIds } from '../explain/check-ids.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';

/** logits[t] predicts the token after ids[0 … t]; `each` gets them in order, and may keep them. */
export async function logitsOfText(
  loaded: LoadedModel,
  ids: readonly number[],
  each: (logits: Float32Array<ArrayBuffer>, position: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  checkIds(ids, loaded);
  const { gpu, model, cacheFormat } = loaded;
  const cache = new KeyValueCache(gpu, model.layers, ids.length, model.keyValueWidth, cacheFormat);
  const network = model.bind(decodingOps(gpu, cache, loaded.rotationTable), loaded.weight);
  try {
    for (const [position, id] of ids.entries()) {
      signal?.throwIfAborted();
      await gpu.scopeAsync(async () => {
        let x = network.embed(gpu.upload(Uint32Array.of(id), 1, 1, 'id'));
        for (let layer = 0; layer < network.blocks; layer++) {
          cache.layer = layer;
          x = network.block(layer, x);
        }
        cache.length++;
        each(await gpu.readFloats(network.logits(network.final(x))), position);
      });
    }
  } finally {
    cache.destroy();
  }
}
