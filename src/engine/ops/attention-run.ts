// Runs attention kernels for many tokens, a portion of the heads at a time where all of them would take the GPU too long.
import type { Buffers, Grid, Values } from '../commands.ts';
import type { Gpu } from '../gpu.ts';
import type { Kernel } from '../kernel.ts';
import type { AttentionShape } from '../ops.ts';
import type { Span } from './attention-parts.ts';

interface Work extends Span {
  readonly shape: AttentionShape;
  /** Products of rows that the kernel makes for each pair of a query and a key it sees. */
  readonly products: number;
}

/** `grid`: y counts heads. */
export function runHeads(
  gpu: Gpu,
  kernel: Kernel,
  buffers: Buffers,
  params: Values,
  [x, y = 1, z = 1]: Grid,
  work: Work,
): void {
  const queries = work.keys - work.offset;
  // A single query is a part of the token that is written, which is one submission.
  const workOfHead = queries === 1 ? 0 : (work.products * multiplicationsOf(work)) / y;
  for (const [first_head, count] of gpu.portions(y, workOfHead))
    gpu.run(kernel, buffers, { ...params, first_head }, [x, count, z], count * workOfHead);
}

/** To multiply each query with the keys it sees, in all heads. */
function multiplicationsOf({ keys, offset, shape }: Work): number {
  const { heads, headSize, causal, window } = shape;
  const queries = keys - offset;
  const seen = causal ? keys - queries / 2 : keys;
  return queries * Math.min(seen, window ?? Infinity) * heads * headSize;
}
