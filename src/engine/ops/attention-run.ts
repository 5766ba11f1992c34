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

/** `grid`: y counts heads. `params` are those of all heads. */
export function runHeads(
  gpu: Gpu,
  kernel: Kernel,
  buffers: Buffers,
  params: Values,
  [x, y = 1, z = 1]: Grid,
  work: Work,
): void {
  if (work.keys - work.offset === 1) {
    // A part of the token that is written, which is one submission, and for which nothing is made that need not be.
    gpu.run(kernel, buffers, params, [x, y, z]);
    return;
  }
  const workOfHead = (work.products * multiplicationsOf(work)) / y;
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
