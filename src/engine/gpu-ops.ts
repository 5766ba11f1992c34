// Ops on the GPU. recordingOps writes a tape that relevance can go back over; decodingOps runs new rows only, against a
// key/value cache, and records nothing.
import type { Gpu } from './gpu.ts';
import type { KeyValueCache } from './key-value-cache.ts';
import { add } from './ops/add.ts';
import { attend, attention } from './ops/attention.ts';
import { classAndPositions } from './ops/class-and-positions.ts';
import { embed } from './ops/embed.ts';
import { gelu } from './ops/gelu.ts';
import { layerNorm } from './ops/layer-norm.ts';
import { linear } from './ops/linear.ts';
import { pool } from './ops/pool.ts';
import { rmsNorm } from './ops/rms-norm.ts';
import { rope, type RotationTable } from './ops/rope.ts';
import { row } from './ops/row.ts';
import { scale } from './ops/scale.ts';
import { swiglu } from './ops/swiglu.ts';
import type { Op } from './op.ts';
import type { Ops, Rotation, VisionOps } from './ops.ts';
import type { Tape } from './tape.ts';
import type { Tensor } from './tensor.ts';
import type { Weight } from './weight.ts';

export type RotationTables = (rotation: Rotation) => RotationTable;

type Run = <Inputs extends readonly Tensor[], Options>(
  op: Op<Inputs, Options>,
  inputs: Inputs,
  options: Options,
) => Tensor;

/** Everything but attention, which is where a tape and a cache differ. */
function sharedOps(
  gpu: Gpu,
  run: Run,
  tables: RotationTables,
  position: () => number,
): Omit<VisionOps<Tensor, Weight>, 'attention'> {
  return {
    embed: (ids, table) => embed(gpu, ids, table),
    linear: (x, weight, bias, site) => run(linear, [x], { weight, bias, site }),
    rmsNorm: (x, weight, epsilon) => run(rmsNorm, [x], { weight, epsilon }),
    rope: (x, rotation) => run(rope, [x], { table: tables(rotation), firstPosition: position() }),
    swiglu: (gate, up) => run(swiglu, [gate, up], {}),
    add: (a, b) => run(add, [a, b], {}),
    row: (x, index) => run(row, [x], { rows: x.rows, row: index === 'last' ? x.rows - 1 : index }),
    layerNorm: (x, weight, bias, epsilon) => run(layerNorm, [x], { weight, bias, epsilon }),
    gelu: (x, kind) => run(gelu, [x], { kind }),
    classAndPositions: (x, classTokens, positions) => run(classAndPositions, [x], { classTokens, positions }),
    pool: (x, first, count) => run(pool, [x], { rows: x.rows, first, count }),
    scale: (x, factor) => run(scale, [x], { factor }),
  };
}

/** All rows of a text from position 0. tape() may give null: then nothing is recorded. */
export function recordingOps(gpu: Gpu, tape: () => Tape | null, tables: RotationTables): VisionOps<Tensor, Weight> {
  const run: Run = (op, inputs, options) =>
    tape()?.apply(op, inputs, options) ?? op.forward(gpu, inputs, options).output;
  return {
    ...sharedOps(gpu, run, tables, () => 0),
    attention: (q, k, v, shape) => run(attention, [q, k, v], shape),
  };
}

/** New rows after those in the cache. Before each block the caller sets cache.layer; after the last, cache.length. */
export function decodingOps(gpu: Gpu, cache: KeyValueCache, tables: RotationTables): Ops<Tensor, Weight> {
  const run: Run = (op, inputs, options) => op.forward(gpu, inputs, options).output;
  return {
    ...sharedOps(gpu, run, tables, () => cache.length),
    attention(q, k, v, shape) {
      const { keys, values } = cache.append(k, v);
      return attend(gpu, [q, keys, values], shape, { keys: cache.length + q.rows, offset: cache.length }).o;
    },
  };
}
