// Softmax attention with grouped key/value heads, causal and sliding-window masks. Saves q, k, v, o and one log-sum-exp
// per (token, head); probabilities are recomputed on the way back.
import mergeSource from '#shaders/attention-merge.wgsl?raw';
import sumPartsSource from '#shaders/sum-parts.wgsl?raw';
import { gridOf, type Gpu } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { Op } from '../op.ts';
import type { AttentionShape } from '../ops.ts';
import type { Rules } from '../rules.ts';
import type { Tensor } from '../tensor.ts';
import { attentionForm } from './attention-forms.ts';
import { decodingWorth, inOne, partsOf, seenKeys, type Parts, type Span } from './attention-parts.ts';

interface Attended {
  readonly o: Tensor;
  readonly lse: Tensor;
}

const sumParts = kernel(shader('sum-parts.wgsl', sumPartsSource), 'forward');
const mergeShader = shader('attention-merge.wgsl', mergeSource);

function paramsOf(rows: number, { keys, offset }: Span, shape: AttentionShape, shares?: Rules['attention']) {
  return {
    rows,
    keys,
    offset,
    part_keys: keys,
    // 0 is none; one that reaches beyond every text is none either, and must not overflow 32 bits.
    window: shape.window === null || shape.window >= 2 ** 30 ? 0 : shape.window,
    causal: shape.causal ? 1 : 0,
    scale: 1 / Math.sqrt(shape.headSize),
    value: shares?.value ?? 0,
    query_key: shares?.queryKey ?? 0,
  };
}

/** A single query meets a long context in parts: as many as pay, unless `asked` says otherwise. */
export function attend(
  gpu: Gpu,
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  shape: AttentionShape,
  span: Span,
  asked?: Parts,
): Attended {
  const one = q.rows === 1;
  const form = attentionForm(gpu.lanes, shape, one);
  const [x, y = 1] = form.queryGrid(q.rows);
  const parts =
    asked ?? (one ? partsOf(decodingWorth[gpu.lanes.name], x * y, seenKeys(shape, span)) : inOne(span.keys));
  const whole = allocate(gpu, q, shape, 1);
  const made = parts.count === 1 ? whole : allocate(gpu, q, shape, parts.most);
  const buffers = { q: q.storage, k: k.storage, v: v.storage, o: made.o.storage, lse_out: made.lse.storage };
  const params = { ...paramsOf(q.rows, span, shape), part_keys: parts.keys };
  gpu.run(form.kernel('forward'), buffers, params, [x, y, parts.count]);
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

function addParts(gpu: Gpu, made: Tensor, parts: number, into: Tensor): void {
  const fours = (into.rows * into.width) / 4;
  gpu.run(sumParts, { x: made.storage, y: into.storage }, { parts, fours }, gridOf(Math.ceil(fours / 64)));
  gpu.release(made);
}

export const attention: Op<readonly [q: Tensor, k: Tensor, v: Tensor], AttentionShape> = {
  name: 'attention',
  forward(gpu, [q, k, v], shape) {
    const { o, lse } = attend(gpu, [q, k, v], shape, { keys: k.rows, offset: 0 });
    return { output: o, saved: [q, k, v, o, lse] };
  },
  relevance({ gpu, rules, ledger }, g, saved, shape) {
    const [q, k, v, o, lse] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const { value, queryKey } = rules.attention;
    const rows = q.rows;
    const params = paramsOf(rows, { keys: k.rows, offset: 0 }, shape, rules.attention);
    const g_v = gpu.allocate(v.rows, v.width, 'attention value relevance');
    const form = attentionForm(gpu.lanes, shape);
    const keyGrid = form.keyGrid(k.rows);
    const shared = { q: q.storage, k: k.storage, lse: lse.storage, g_o: g.storage };
    if (queryKey === 0) {
      gpu.run(form.kernel('relevance_values'), { ...shared, g_v: g_v.storage }, params, keyGrid);
      return [null, null, g_v];
    }
    const perHead = gpu.allocate(2 * rows, shape.heads, 'attention rows of heads');
    const known = { o: o.storage, lse: lse.storage, g_o: g.storage, rows_of_heads_out: perHead.storage };
    gpu.run(form.kernel('relevance_rows'), known, params, gridOf(Math.ceil((rows * shape.heads) / 64)));
    const inputs = { q: q.storage, k: k.storage, v: v.storage, g_o: g.storage, rows_of_heads: perHead.storage };
    const g_k = gpu.allocate(k.rows, k.width, 'attention key relevance');
    const outputs = { g_k: g_k.storage, g_v: g_v.storage };
    const g_q = gpu.allocate(rows, q.width, 'attention query relevance');
    const parts = form.relevanceParts(k.rows);
    if (parts === null) {
      gpu.run(form.kernel('relevance_keys_values'), { ...inputs, ...outputs }, params, keyGrid);
      gpu.run(form.kernel('relevance_queries'), { ...inputs, g_q: g_q.storage }, params, form.queryGrid(rows));
    } else {
      const made = parts === 1 ? g_q : gpu.allocate(parts * rows, q.width, 'attention query relevance in parts');
      const buffers = { ...inputs, ...outputs, g_q: made.storage };
      gpu.run(form.kernel('relevance'), buffers, params, [parts, shape.keyValueHeads]);
      if (parts > 1) addParts(gpu, made, parts, g_q);
    }
    // The softmax keeps what o carried and q, k, v do not (section 8): R_o − R_v − R_q − R_k, with R_v = value · R_o
    // and R_q = R_k.
    ledger?.bookAbsorbed('softmax', { storage: o.storage, shared: false }, g, 1 - value);
    ledger?.bookAbsorbed('softmax', { storage: q.storage, shared: false }, g_q, -2);
    return [g_q, g_k, g_v];
  },
};
