// Attention, there and back, against the textbook's in naive-attention.wgsl, which stores T × T numbers per head.
import source from '#shaders/bench/naive-attention.wgsl?raw';
import { gridOf, type Gpu } from '../../engine/gpu.ts';
import { kernel, shader } from '../../engine/kernel.ts';
import type { AttentionShape } from '../../engine/ops.ts';
import { attention } from '../../engine/ops/attention.ts';
import type { Storage } from '../../engine/pool.ts';
import { attnLrp } from '../../engine/rules.ts';
import type { Tensor } from '../../engine/tensor.ts';
import type { Contest } from './contest.ts';
import { tensors } from './linear-contests.ts';
import { randomTensor } from './random-tensor.ts';

const naive = shader('bench/naive-attention.wgsl', source);

/** Call within a scope, which the contests need until they are held. */
export function attentionContests(gpu: Gpu, shape: AttentionShape, tokenCounts: readonly number[]): Contest[] {
  const { heads, keyValueHeads, headSize, causal } = shape;
  return tokenCounts.flatMap((tokens) => {
    const widths = [heads, keyValueHeads, keyValueHeads].map((count) => count * headSize);
    const [q, k, v] = widths.map((width, index) => randomTensor(gpu, index + 3, tokens, width)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const g = randomTensor(gpu, 6, tokens, q.width);
    const { saved } = attention.forward(gpu, [q, k, v], shape);
    const plain = new NaiveAttention(gpu, { q, k, v, g }, shape);
    // Of every pair of a query and a key that it sees: the score, and the sum over values.
    const pairs = (causal ? (tokens * (tokens + 1)) / 2 : tokens ** 2) * heads * headSize;
    const activations = 4 * tokens * (2 * heads + 2 * keyValueHeads) * headSize;
    const common = { shape: `${heads}/${keyValueHeads} heads of ${headSize}${causal ? ', causal' : ''}`, tokens };
    return [
      {
        ...common,
        kernel: 'attention forward',
        operations: 4 * pairs,
        bytes: activations,
        ours: () => [attention.forward(gpu, [q, k, v], shape).output],
        naive: () => [plain.forward().o],
      },
      {
        ...common,
        kernel: 'attention relevance',
        // Scores and products once more, then what goes to queries, keys and values.
        operations: 10 * pairs,
        bytes: 2 * activations,
        ours: () => tensors(attention.relevance({ gpu, rules: attnLrp, ledger: null }, g, saved, shape)),
        naive: () => plain.relevance(),
      },
    ];
  });
}

interface Inputs {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  readonly g: Tensor;
}

class NaiveAttention {
  constructor(
    private readonly gpu: Gpu,
    private readonly inputs: Inputs,
    private readonly shape: AttentionShape,
  ) {}

  forward(): { readonly o: Tensor; readonly p: Tensor } {
    const { q } = this.inputs;
    const { heads } = this.shape;
    const p = this.gpu.allocate(heads * q.rows, q.rows, 'naive attention weights');
    this.run('scores', heads * q.rows ** 2, { p: p.storage });
    this.run('softmax', heads * q.rows, { p: p.storage });
    return { o: this.result('forward', q, { p: p.storage }), p };
  }

  relevance(): Tensor[] {
    const { q, k, v } = this.inputs;
    const { heads } = this.shape;
    const p = this.forward().p.storage;
    const slopes = this.gpu.allocate(heads * q.rows, q.rows, 'naive attention slopes').storage;
    this.run('products', heads * q.rows ** 2, { slopes });
    this.run('centre', heads * q.rows, { p, slopes });
    return [
      this.result('relevance_queries', q, { slopes }),
      this.result('relevance_keys', k, { slopes }),
      this.result('relevance_values', v, { p }),
    ];
  }

  private result(entry: string, like: Tensor, buffers: Readonly<Record<string, Storage>>): Tensor {
    const result = this.gpu.allocate(like.rows, like.width, `naive attention ${entry}`);
    this.run(entry, like.rows * like.width, { ...buffers, result: result.storage });
    return result;
  }

  private run(entry: string, threads: number, buffers: Readonly<Record<string, Storage>>): void {
    const { q, k, v, g } = this.inputs;
    const { heads, keyValueHeads, headSize, causal } = this.shape;
    const params = {
      rows: q.rows,
      heads,
      key_value_heads: keyValueHeads,
      head_size: headSize,
      causal: causal ? 1 : 0,
      scale: 1 / Math.sqrt(headSize),
      value: attnLrp.attention.value,
      query_key: attnLrp.attention.queryKey,
    };
    const inputs = { q: q.storage, k: k.storage, v: v.storage, g_o: g.storage };
    this.gpu.run(kernel(naive, entry), { ...inputs, ...buffers }, params, gridOf(Math.ceil(threads / 64)));
  }
}
