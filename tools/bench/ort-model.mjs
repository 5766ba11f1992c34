// A LLaMA of random weights in onnxruntime, on its WebGPU provider. Keys and values stay on the GPU in buffers that are
// past and present at once, the arrangement onnxruntime is fastest with; the logits come back, as its API has it.
import { llamaModel } from './onnx-llama.mjs';
import { OnnxGraph } from './onnx.mjs';

const ort = await import('onnxruntime-node').catch(() => {
  throw new Error('onnxruntime-node is not installed: run `npm ci --ignore-scripts` in tools/bench once.');
});

export const { Tensor, InferenceSession, env } = ort.default;

export class OrtModel {
  #session;
  #cache;

  constructor(session, cache) {
    this.#session = session;
    this.#cache = cache;
  }

  /** @param capacity tokens that the key/value cache holds */
  static async create(shape, { robustness, ...graphOptions }, capacity) {
    const provider = { name: 'webgpu', enableRobustness: robustness };
    const options = {
      executionProviders: [provider],
      logSeverityLevel: 3,
      // A node that WebGPU cannot run is an error instead of a detour over the CPU.
      extra: { session: { disable_cpu_ep_fallback: '1' } },
    };
    const session = await InferenceSession.create(llamaModel(shape, graphOptions), options);
    return new OrtModel(session, await emptyCache(shape, capacity, provider));
  }

  /**
   * New tokens after `before` cached ones.
   * @returns the likeliest next token, and the logits behind it.
   */
  async step(ids, before) {
    const total = before + ids.length;
    const feeds = {
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
      last_position: new Tensor('int32', Int32Array.of(total - 1), [1]),
      total_length: new Tensor('int32', Int32Array.of(total), [1]),
    };
    const fetches = { logits: null };
    for (const [name, tensor] of this.#cache) {
      feeds[`past.${name}`] = tensor;
      fetches[`present.${name}`] = tensor;
    }
    const logits = (await this.#session.run(feeds, fetches)).logits.data;
    return { logits, token: indexOfMaximum(logits) };
  }
}

/** onnxruntime-node makes no GPU buffers but as results: a graph that hands on its input yields them. */
async function emptyCache({ width, layers, heads, kvHeads }, capacity, provider) {
  const graph = new OnnxGraph();
  const sizes = [1, kvHeads, capacity, width / heads];
  graph.input('zeros', 'float32', sizes);
  graph.output(graph.node('Identity', ['zeros'], ['buffer']), 'float32', sizes);
  const options = { executionProviders: [provider], preferredOutputLocation: 'gpu-buffer' };
  const allocator = await InferenceSession.create(graph.toModel(), options);
  const zeros = new Tensor('float32', new Float32Array(kvHeads * capacity * (width / heads)), sizes);
  const cache = new Map();
  for (let layer = 0; layer < layers; layer++)
    for (const name of ['key', 'value']) cache.set(`${layer}.${name}`, (await allocator.run({ zeros })).buffer);
  return cache;
}

function indexOfMaximum(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
