// Ops on the GPU. recordingOps writes a tape that relevance can go back over; decodingOps runs new rows only, against a
// key/value cache, and records nothing.
import type { Gpu } from './gpu.ts';
import type { KeyValueCache } from './key-value-cache.ts';
import { add } from './ops/add.ts';
import { attend, attention } from './ops/attention.ts';
import { classAndPositions } from './ops/class-and-positions.ts';
import { embed } from './ops/embed.ts';
import { gelu } from './ops/gelu.ts';
import { heads, takeHeads } from './ops/heads.ts';
import { layerNorm } from './ops/layer-norm.ts';
import { linear, linearOnto } from './ops/linear.ts';
import { multiplyGatedRow } from './ops/linear-one-row.ts';
import { pool } from './ops/pool.ts';
import { rmsNorm } from './ops/rms-norm.ts';
import type { RotationTable } from './ops/rotation-table.ts';
import { row } from './ops/row.ts';
import { scale } from './ops/scale.ts';
import { swiglu } from './ops/swiglu.ts';
import type { Op, Output } from './op.ts';
import type { Ops, Rotation, VisionOps } from './ops.ts';
import type { Tape } from './tape.ts';
import type { Tensor } from './tensor.ts';
import type { Weight } from './weight.ts';

export type RotationTables = (rotation: Rotation) => RotationTable;

type Run = <Inputs extends readonly Tensor[], Options, Made extends Output>(
  op: Op<Inputs, Options, Made>,
  inputs: Inputs,
  options: Options,
) => Made;

/** Everything but attention, which is where a tape and a cache differ, and what is one kernel for a single row. */
function sharedOps(gpu: Gpu, run: Run): Omit<VisionOps<Tensor, Weight>, 'attention' | 'heads' | 'swiglu'> {
  return {
    embed: (ids, table) => embed(gpu, ids, table),
    linear: (x, weight, bias, site) => run(linear, [x], { weight, bias, site }),
    linearOnto: (residual, x, weight, bias) => run(linearOnto, [residual, x], { weight, bias }),
    rmsNorm: (x, weight, epsilon, width) => run(rmsNorm, [x], { weight, epsilon, width }),
    add: (a, b) => run(add, [a, b], {}),
    row: (x, index) => run(row, [x], { rows: x.rows, row: index === 'last' ? x.rows - 1 : index }),
    layerNorm: (x, weight, bias, epsilon) => run(layerNorm, [x], { weight, bias, epsilon }),
    gelu: (x, kind) => run(gelu, [x], { kind }),
    classAndPositions: (x, classTokens, positions) => run(classAndPositions, [x], { classTokens, positions }),
    pool: (x, first, count) => run(pool, [x], { rows: x.rows, first, count }),
    scale: (x, factor) => run(scale, [x], { factor }),
  };
}

const gated = (run: Run, x: Tensor, weight: Weight): Tensor => run(swiglu, [run(linear, [x], { weight })], {});

/** All rows of a text from position 0. tape() may give null: then nothing is recorded. */
export function recordingOps(gpu: Gpu, tape: () => Tape | null, tables: RotationTables): VisionOps<Tensor, Weight> {
  const run: Run = (op, inputs, options) =>
    tape()?.apply(op, inputs, options) ?? op.forward(gpu, inputs, options).output;
  return {
    ...sharedOps(gpu, run),
    heads(x, shape, rotation) {
      const [q, k, v] = run(heads, [x], { table: tables(rotation), shape });
      return { q, k, v };
    },
    attention: (q, k, v, shape) => run(attention, [q, k, v], shape),
    swiglu: (x, weight) => gated(run, x, weight),
  };
}

/** New rows after those in the cache. Before each block the caller sets cache.layer; after the last, cache.length. */
export function decodingOps(gpu: Gpu, cache: KeyValueCache, tables: RotationTables): Ops<Tensor, Weight> {
  const run: Run = (op, inputs, options) => op.forward(gpu, inputs, options).output;
  const manner = { format: cache.format };
  return {
    ...sharedOps(gpu, run),
    heads(x, shape, rotation) {
      const { keys: k, values: v } = cache.room(x.rows);
      const to = { k, v, firstRow: cache.length, format: cache.format };
      return { q: takeHeads(gpu, x, { table: tables(rotation), shape }, cache.length, to), k, v };
    },
    attention: (q, k, v, shape) =>
      attend(gpu, [q, k, v], shape, { keys: cache.length + q.rows, offset: cache.length }, manner).o,
    swiglu: (x, weight) => (x.rows === 1 && multiplyGatedRow(gpu, x, weight)) || gated(run, x, weight),
  };
}
