// LlamaForCausalLM: Llama 2 and 3, TinyLlama, SmolLM2 and many others. The plain decoder.
import type { DecoderFamily } from './decoder-config.ts';
import { sameWindow } from './windows.ts';

export const llama: DecoderFamily = {
  architecture: 'LlamaForCausalLM',
  modelType: 'llama',
  defaults: { contextLength: 2048 },
  variant(fields, layers) {
    if (fields.flag('mlp_bias', false)) fields.refuse('mlp_bias', 'false');
    const attentionBias = fields.flag('attention_bias', false);
    return {
      queryKeyValueBias: attentionBias,
      outputBias: attentionBias,
      queryKeyNorm: false,
      windows: sameWindow(fields, layers, null),
    };
  },
};
