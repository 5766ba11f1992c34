// What the kernels of lib/linear.wgsl are given. Plain literals: decoding makes them at every dispatch, and spreading objects
// takes as long as all the rest.
import type { Tensor } from '../tensor.ts';
import type { Shard } from '../weight.ts';

export const forwardParams = ({ layout }: Shard, x: Tensor, y: Tensor, outer: number, firstColumn: number) => ({
  rows: x.rows,
  inner: x.width,
  outer,
  octets: layout.octets,
  x_offset: 0,
  x_stride: x.width,
  y_offset: firstColumn,
  y_stride: y.width,
  has_bias: 0,
  has_residual: 0,
  accumulate: 0,
  first_row: 0,
  first_token: 0,
  factor: 1,
});

/** Without a bias, a residual or groups these bindings still want a buffer; it is not read. */
export const buffersOf = ({ storage, groups }: Shard, x: Tensor, y: Tensor) => ({
  x: x.storage,
  bias: x.storage,
  residual: x.storage,
  y: y.storage,
  weight_words: storage,
  weight_groups: groups ?? storage,
});

export type LinearParams = ReturnType<typeof forwardParams>;
export type LinearBuffers = ReturnType<typeof buffersOf>;
