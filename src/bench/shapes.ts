// Real model shapes with random weights: what a benchmark needs of a model without its download.
import type { Gpu } from '../engine/gpu.ts';
import { uploadWeight, type Weight, type WeightData } from '../engine/weight.ts';
import { LoadedModel } from '../explain/loaded-model.ts';
import { WeightStore } from '../explain/weight-store.ts';
import { readModel } from '../models/index.ts';
import { listWeights } from '../models/list-weights.ts';
import type { JsonObject, WeightSpec } from '../models/model.ts';

const llama = (numbers: Record<string, number | boolean>): JsonObject => ({
  architectures: ['LlamaForCausalLM'],
  hidden_act: 'silu',
  rms_norm_eps: 1e-5,
  max_position_embeddings: 2048,
  tie_word_embeddings: true,
  ...numbers,
});

export const shapes: Readonly<Record<string, JsonObject>> = {
  'tiny-2m': llama({
    hidden_size: 160,
    num_hidden_layers: 6,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    intermediate_size: 432,
    vocab_size: 2048,
  }),
  'smollm2-135m': llama({
    hidden_size: 576,
    num_hidden_layers: 30,
    num_attention_heads: 9,
    num_key_value_heads: 3,
    intermediate_size: 1536,
    vocab_size: 49152,
    rope_theta: 100000,
  }),
  'llama-3.2-1b': llama({
    hidden_size: 2048,
    num_hidden_layers: 16,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    intermediate_size: 8192,
    vocab_size: 128256,
    rope_theta: 500000,
  }),
};

/** F16 weights, small enough that activations stay finite. */
export async function randomModel(gpu: Gpu, config: JsonObject): Promise<LoadedModel> {
  const { model } = readModel(config);
  const weights = new Map<WeightSpec, Weight>();
  for (const spec of listWeights(model.weights)) weights.set(spec, await uploadWeight(gpu, randomData(spec)));
  return new LoadedModel(gpu, model, new WeightStore(weights));
}

function randomData({ name, shape }: WeightSpec): WeightData {
  const columns = shape.at(-1)!;
  if (shape.length === 1) {
    const ones = async () => new Uint8Array(new Float32Array(columns).fill(1).buffer);
    return { name, format: 'F32', rows: 1, columns, read: ones };
  }
  let state = 1;
  const read = async (first: number, last: number): Promise<Uint8Array<ArrayBuffer>> => {
    const halves = new Uint16Array((last - first) * columns);
    for (let i = 0; i < halves.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      // Sign and mantissa at random, exponent 2^-6: |w| between 1/64 and 1/32.
      halves[i] = ((state >>> 16) & 0x83ff) | 0x2400;
    }
    return new Uint8Array(halves.buffer);
  };
  return { name, format: 'F16', rows: shape[0]!, columns, read };
}
