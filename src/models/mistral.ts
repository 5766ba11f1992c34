// MistralForCausalLM: Llama whose layers may all look through a sliding window (Mistral 7B v0.1: 4096; later: null).
import type { DecoderFamily } from './decoder-config.ts';
import { sameWindow } from './windows.ts';

export const mistral: DecoderFamily = {
  architecture: 'MistralForCausalLM',
  modelType: 'mistral',
  defaults: { contextLength: 131072, keyValueHeads: 8 },
  variant(fields, layers) {
    // null switches the window off; a configuration without the field means the default of transformers, 4096.
    const nulled = fields.has('sliding_window') && fields.value('sliding_window') === null;
    const off = !fields.flag('use_sliding_window', true) || nulled;
    const window = off ? null : fields.size('sliding_window', 4096);
    return {
      queryKeyValueBias: false,
      outputBias: false,
      queryKeyNorm: false,
      windows: sameWindow(fields, layers, window),
    };
  },
};
