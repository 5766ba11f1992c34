// The way back through attention: scores and probabilities are computed again from q, k and the saved log Σ exp.
import rowsSource from '#shaders/attention-rows.wgsl?raw';
import sumPartsSource from '#shaders/sum-parts.wgsl?raw';
import { gridOf, type Gpu } from '../gpu.ts';
import { kernel, shader } from '../kernel.ts';
import type { AttentionShape } from '../ops.ts';
import type { Rules } from '../rules.ts';
import type { Tensor } from '../tensor.ts';
import { attentionForm, attentionParams } from './attention-forms.ts';
import { runHeads } from './attention-run.ts';

/** q and o [rows, heads · headSize], k and v [rows, keyValueHeads · headSize], lse [rows, heads]. */
export interface SavedAttention {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  readonly o: Tensor;
  readonly lse: Tensor;
}

type Multipliers = [g_q: Tensor | null, g_k: Tensor | null, g_v: Tensor];

const rowsShader = shader('attention-rows.wgsl', rowsSource);
const sumParts = kernel(shader('sum-parts.wgsl', sumPartsSource), 'forward');

/**
 * The multipliers of q, k and v, of the first two null where the rules give them none. Where the form takes keys in parts
 * (attention-forms.ts), as many as pay, unless `askedParts` says otherwise.
 */
export function attentionRelevance(
  gpu: Gpu,
  g: Tensor,
  saved: SavedAttention,
  shape: AttentionShape,
  shares: Rules['attention'],
  askedParts?: number,
): Multipliers {
  const { q, k, v, lse } = saved;
  const form = attentionForm(gpu.lanes, shape);
  const span = { keys: k.rows, offset: 0 };
  const params = attentionParams(q.rows, span, shape, shares);
  const g_v = gpu.allocate(v.rows, v.width, 'attention value relevance');
  const inputs = { q: q.storage, k: k.storage, g_o: g.storage };
  if (shares.queryKey === 0) {
    const buffers = { ...inputs, lse: lse.storage, g_v: g_v.storage };
    runHeads(gpu, form.kernel('relevance_values'), buffers, params, form.keyGrid(k.rows), {
      ...span,
      shape,
      products: 2,
    });
    return [null, null, g_v];
  }
  const g_k = gpu.allocate(k.rows, k.width, 'attention key relevance');
  const g_q = gpu.allocate(q.rows, q.width, 'attention query relevance');
  const all = { ...inputs, v: v.storage, rows_of_heads: rowsOfHeads(gpu, g, saved, shape).storage };
  const intoKeys = { ...all, g_k: g_k.storage, g_v: g_v.storage };
  const usualParts = form.relevanceParts(k.rows);
  if (usualParts === null) {
    const intoQueries = { ...all, g_q: g_q.storage };
    const [ofKeys, ofQueries] = [form.kernel('relevance_keys_values'), form.kernel('relevance_queries')];
    runHeads(gpu, ofKeys, intoKeys, params, form.keyGrid(k.rows), { ...span, shape, products: 4 });
    runHeads(gpu, ofQueries, intoQueries, params, form.queryGrid(q.rows), { ...span, shape, products: 3 });
    return [g_q, g_k, g_v];
  }
  const parts = askedParts ?? usualParts;
  const copies = parts === 1 ? g_q : gpu.allocate(parts * q.rows, q.width, 'attention query relevance in parts');
  const grid = [parts, shape.keyValueHeads] as const;
  const intoAll = { ...intoKeys, g_q: copies.storage };
  runHeads(gpu, form.kernel('relevance'), intoAll, params, grid, { ...span, shape, products: 5 });
  if (parts > 1) addParts(gpu, copies, parts, g_q);
  return [g_q, g_k, g_v];
}

/** Two numbers for each row of a head. */
function rowsOfHeads(gpu: Gpu, g: Tensor, { o, lse }: SavedAttention, { heads, headSize }: AttentionShape): Tensor {
  const made = gpu.allocate(o.rows, 2 * heads, 'attention rows of heads');
  const buffers = { o: o.storage, lse: lse.storage, g_o: g.storage, rows_of_heads: made.storage };
  const rows = o.rows * heads;
  const run = kernel(rowsShader, 'forward', { HEAD_FOURS: headSize / 4 });
  gpu.run(run, buffers, { rows }, gridOf(Math.ceil(rows / 64)));
  return made;
}

function addParts(gpu: Gpu, copies: Tensor, parts: number, into: Tensor): void {
  const fours = (into.rows * into.width) / 4;
  gpu.run(sumParts, { x: copies.storage, y: into.storage }, { parts, fours }, gridOf(Math.ceil(fours / 64)));
  gpu.release(copies);
}
