// MistralForCausalLM: Llama whose layers may all look through a sliding window (Mistral 7B v0.1: 4096; later: null).
import type { DecoderFamily } from './decoder-config.ts';
import { sameWindow } from './windows.ts';

export const mistral: DecoderFamily = {
  architecture: 'MistralForCausalLM',
  modelType: 'mistral',
  defaults: { contextLength: 131072, keyValueHeads: 8 },
  variant(fields, layers) {
    // null switches the window off; a configuration without the field means the default of transformers, 4096.
    const off = fields.has('sliding_window') && fields.value('sliding_window') === null;
    const window = off ? null : fields.size('sliding_window', 4096);
    return {
      queryKeyValueBias: false,
      outputBias: false,
      feedForwardBias: false,
      queryKeyNorm: false,
      windows: sameWindow(fields, layers, window),
    };
  },
};
