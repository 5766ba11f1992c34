// Qwen2ForCausalLM (Qwen 1.5, 2 and 2.5): Llama with biases on queries, keys and values.
import type { DecoderFamily } from './decoder-config.ts';
import { qwenWindows } from './windows.ts';

export const qwen2: DecoderFamily = {
  architecture: 'Qwen2ForCausalLM',
  modelType: 'qwen2',
  defaults: { contextLength: 32768, keyValueHeads: 32 },
  variant: (fields, layers) => ({
    queryKeyValueBias: true,
    outputBias: false,
    feedForwardBias: false,
    queryKeyNorm: false,
    windows: qwenWindows(fields, layers),
  }),
};
