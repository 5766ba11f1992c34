// Softmax attention with grouped key/value heads, causal and sliding-window masks. Saves q, k, v, o and one log-sum-exp
// per (token, head); probabilities are recomputed on the way back.
import mergeSource from '#shaders/attention-merge.wgsl?raw';
import type { Gpu } from '../gpu.ts';
import type { CacheFormat } from '../key-value-cache.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { AttentionShape } from '../ops.ts';
import type { Tensor } from '../tensor.ts';
import { attentionForm, attentionParams } from './attention-forms.ts';
import { decodingWorth, inOne, partsOf, seenKeys, type Parts, type Span } from './attention-parts.ts';
import { attentionRelevance } from './attention-relevance.ts';
import { runHeads } from './attention-run.ts';

interface Attended {
  readonly o: Tensor;
  readonly lse: Tensor;
}

const mergeShader = shader('attention-merge.wgsl', mergeSource);

interface Manner {
  /** Of the keys and values. */
  readonly format?: CacheFormat;
  /** A single query meets a long context in parts: as many as pay, unless this says otherwise. */
  readonly parts?: Parts;
}

export function attend(
  gpu: Gpu,
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  shape: AttentionShape,
  span: Span,
  { format = 'f32', parts: asked }: Manner = {},
): Attended {
  const one = q.rows === 1;
  const form = attentionForm(gpu.lanes, shape, one, format);
  const [x, y = 1] = form.queryGrid(q.rows);
  const parts =
    asked ?? (one ? partsOf(decodingWorth[gpu.lanes.name], x * y, seenKeys(shape, span)) : inOne(span.keys));
  const whole = allocate(gpu, q, shape, 1);
  const made = parts.count === 1 ? whole : allocate(gpu, q, shape, parts.most);
  const buffers = { q: q.storage, k: k.storage, v: v.storage, o: made.o.storage, lse_out: made.lse.storage };
  const params = { ...attentionParams(q.rows, span, shape), part_keys: parts.keys };
  runHeads(gpu, form.kernel('forward'), buffers, params, [x, y, parts.count], { ...span, shape, products: 2 });
  if (parts.count > 1) merge(gpu, made, parts.count, shape, whole);
  return whole;
}

/** Of q's rows, once for each part. */
function allocate(gpu: Gpu, q: Tensor, { heads }: AttentionShape, parts: number): Attended {
  const rows = parts * q.rows;
  return { o: gpu.allocate(rows, q.width, 'attention'), lse: gpu.allocate(rows, heads, 'attention log-sum-exp') };
}

function merge(gpu: Gpu, parts: Attended, count: number, { heads, headSize }: AttentionShape, into: Attended): void {
  const buffers = {
    part_o: parts.o.storage,
    part_lse: parts.lse.storage,
    o: into.o.storage,
    lse_out: into.lse.storage,
  };
  const fours = headSize / 4;
  const kernelOfHeads = kernel(mergeShader, 'forward', { HEADS: heads, HEAD_FOURS: fours });
  gpu.run(kernelOfHeads, buffers, { parts: count }, [Math.ceil((heads * fours) / 64)]);
  for (const tensor of [parts.o, parts.lse]) gpu.release(tensor);
}

export const attention: Op<readonly [q: Tensor, k: Tensor, v: Tensor], AttentionShape> = {
  name: 'attention',
  forward(gpu, [q, k, v], shape) {
    const { o, lse } = attend(gpu, [q, k, v], shape, { keys: k.rows, offset: 0 });
    return { output: o, saved: [q, k, v, o, lse] };
  },
  relevance({ gpu, rules, ledger }, g, saved, shape) {
    const [q, k, v, o, lse] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const { value } = rules.attention;
    const multipliers = attentionRelevance(gpu, g, { q, k, v, o, lse }, shape, rules.attention);
    const [g_q] = multipliers;
    if (g_q === null) return multipliers;
    // The softmax keeps what o carried and q, k, v do not (section 8): R_o − R_v − R_q − R_k, with R_v = value · R_o
    // and R_q = R_k.
    ledger?.bookAbsorbed('softmax', { storage: o.storage, shared: false }, g, 1 - value);
    ledger?.bookAbsorbed('softmax', { storage: q.storage, shared: false }, g_q, -2);
    return multipliers;
  },
};
