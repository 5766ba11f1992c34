// Sliding windows layer by layer. transformers writes layer_types since 4.53; older configurations of Qwen name the
// first layer that slides (max_window_layers) and may switch the whole thing off (use_sliding_window).
import type { ConfigFields } from './config-fields.ts';

/** The same in every layer, as architectures without a switch per layer have it. A list of layer types may say so. */
export function sameWindow(fields: ConfigFields, layers: number, window: number | null): (number | null)[] {
  if (readLayerTypes(fields, layers)?.some((slides) => slides !== (window !== null)))
    fields.refuse(
      'layer_types',
      `"${window === null ? 'full' : 'sliding'}_attention" in every layer of this architecture`,
    );
  return new Array<number | null>(layers).fill(window);
}

/**
 * The Qwen families: use_sliding_window is the switch, and layer_types decides layer by layer; without it the layers
 * from max_window_layers up slide.
 */
export function qwenWindows(fields: ConfigFields, layers: number): (number | null)[] {
  const slides = readLayerTypes(fields, layers);
  const off = fields.has('sliding_window') && fields.value('sliding_window') === null;
  if (!fields.flag('use_sliding_window', false) || off) {
    fields.value('sliding_window');
    fields.value('max_window_layers');
    if (slides?.includes(true))
      fields.reject('layer_types', '"full_attention" in every layer, as the sliding window is switched off');
    return new Array<null>(layers).fill(null);
  }
  const window = fields.size('sliding_window', 4096);
  const first = fields.value('max_window_layers') ?? 28;
  if (typeof first !== 'number' || !Number.isSafeInteger(first) || first < 0)
    return fields.reject('max_window_layers', 'the number of layers below that use full attention');
  return Array.from({ length: layers }, (_, layer) => ((slides?.[layer] ?? layer >= first) ? window : null));
}

/** Per layer whether it slides, or null where the configuration has no list. */
function readLayerTypes(fields: ConfigFields, layers: number): boolean[] | null {
  const types = fields.value('layer_types');
  if (types === null) return null;
  if (!Array.isArray(types) || types.length !== layers)
    return fields.reject('layer_types', `a list of ${layers} layer types, one per layer`);
  return types.map((type: unknown) => {
    if (type === 'sliding_attention') return true;
    if (type === 'full_attention') return false;
    return fields.refuse('layer_types', '"full_attention", "sliding_attention"');
  });
}
