// Runs matrix kernels, a portion of the tokens at a time where all of them would take the GPU too long.
import type { Buffers, Grid } from '../commands.ts';
import type { Gpu } from '../gpu.ts';
import type { Kernel } from '../kernel.ts';

interface MatrixParams {
  readonly [name: string]: number;
  readonly rows: number;
  readonly inner: number;
  readonly outer: number;
}

interface Sharing {
  /** Workgroups that take the columns. */
  readonly across: number;
  /** Tokens that a workgroup takes. */
  readonly tokens: number;
  /** Products that it makes of each number of x and each weight. */
  readonly products?: number;
  /** Of the tokens, where not all are meant. */
  readonly from?: number;
  readonly to?: number;
}

export function runTokens(
  gpu: Gpu,
  kernel: Kernel,
  buffers: Buffers,
  params: MatrixParams,
  { across, tokens, products = 1, from = 0, to = params.rows }: Sharing,
): void {
  const workOfToken = products * params.inner * params.outer;
  for (const [first, count] of gpu.portions(to - from, workOfToken, tokens)) {
    const grid: Grid = [across, Math.ceil(count / tokens)];
    gpu.run(kernel, buffers, { ...params, first_token: from + first }, grid, count * workOfToken);
  }
}
