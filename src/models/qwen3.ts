// Qwen3ForCausalLM: no biases by default, an RMSNorm on each query and key head, and a head size of its own.
import type { DecoderFamily } from './decoder-config.ts';
import { qwenWindows } from './windows.ts';

export const qwen3: DecoderFamily = {
  architecture: 'Qwen3ForCausalLM',
  modelType: 'qwen3',
  defaults: { contextLength: 32768, keyValueHeads: 32, headSize: 128 },
  variant(fields, layers) {
    const attentionBias = fields.flag('attention_bias', false);
    return {
      queryKeyValueBias: attentionBias,
      outputBias: attentionBias,
      queryKeyNorm: true,
      windows: qwenWindows(fields, layers),
    };
  },
};
