// One row times a weight, which is what decoding consists of: a kernel for processors, and one for GPUs in forms of which
// the fastest is chosen by measurement (row-lanes.ts).
import common from '#shaders/lib/linear.wgsl?raw';
import rowSumAlone from '#shaders/lib/row-sum-alone.wgsl?raw';
import rowSumOfSubgroups from '#shaders/lib/row-sum-of-subgroups.wgsl?raw';
import tile from '#shaders/lib/tile.wgsl?raw';
import byLaneSource from '#shaders/linear-one-row-by-lane.wgsl?raw';
import source from '#shaders/linear-one-row.wgsl?raw';
import { gridOf, type Gpu } from '../gpu.ts';
import type { Constants, Kernel } from '../kernel.ts';
import { workgroupLanes, type RowLanes } from '../row-lanes.ts';
import { expectShape, type Tensor } from '../tensor.ts';
import { areWholeOctets, constantsOfChoice, entryOf, weightKernels, type RowsOfX } from '../weight-kernels.ts';
import type { Shard, Weight } from '../weight.ts';
import { toStoredOrder } from './column-order.ts';
import { buffersOf, forwardParams, type LinearBuffers, type LinearParams } from './linear-bindings.ts';

const byLane = weightKernels('linear-one-row-by-lane.wgsl', byLaneSource, common);
const together = weightKernels('linear-one-row.wgsl', rowSumAlone, source, common, tile);
const inSubgroups = weightKernels('linear-one-row.wgsl in subgroups', rowSumOfSubgroups, source, common, tile);

/** `gated`: a lane has two rows of gate and two of up, which make two numbers (lib/linear.wgsl). */
type Entry = 'forward' | 'gated';
const rowsOfLane: Readonly<Record<Entry, number>> = { forward: 4, gated: 2 };

export function runOneRow(gpu: Gpu, shard: Shard, entry: Entry, buffers: LinearBuffers, params: LinearParams): void {
  const { lanes } = gpu;
  const choice = lanes.coalesce ? gpu.tuning.oneRow.of(shard, params.inner) : null;
  const run = choice ? kernelOfGpu(shard, entry, choice, params) : kernelOfProcessor(gpu, shard, entry, params);
  const groups = choice ? workgroupLanes / choice.count : lanes.count;
  gpu.run(run, buffers, params, gridOf(Math.ceil(params.outer / (rowsOfLane[entry] * groups))));
}

// Kernels are found by the identity of their constants, so those of one kind are one object.
const byLaneConstants = new Map<number, Constants>();
const constantsOf = constantsOfChoice(({ count, shuffled }: RowLanes) => ({
  ROW_LANES: count,
  ...(shuffled > 1 && { SHUFFLED: shuffled }),
}));

/** Rows of whole quads are read a quad at a load where that pays: other formats took 1.5 times as long. */
function kernelOfProcessor({ lanes }: Gpu, shard: Shard, entry: Entry, rows: RowsOfX): Kernel {
  const octets = areWholeOctets(rows) ? 1 : 0;
  const quads = shard.layout.quadsAtOnce && rows.inner % 32 === 0 ? 1 : 0;
  const make = (): Constants => ({ WHOLE_OCTETS: octets, WHOLE_QUADS: quads });
  return byLane(shard, entry, lanes, entryOf(byLaneConstants, octets + 2 * quads, make));
}

function kernelOfGpu(shard: Shard, entry: Entry, choice: RowLanes, rows: RowsOfX): Kernel {
  const kernelFor = choice.shuffled > 1 ? inSubgroups : together;
  return kernelFor(shard, entry, undefined, constantsOf(choice, rows));
}

/**
 * silu(x · gateᵀ) · (x · upᵀ) of one row, gate [width, columns] on top of up in one weight; null where these lie in
 * several shards, for which the kernel has no bindings.
 */
export function multiplyGatedRow(gpu: Gpu, input: Tensor, weight: Weight): Tensor | null {
  const [shard, another] = weight.shards;
  if (another) return null;
  expectShape('swiglu', `the input of ${weight.name}`, input, 1, weight.columns);
  const x = toStoredOrder(gpu, input, shard!.order);
  const width = weight.rows / 2;
  const y = gpu.allocate(1, width, weight.name);
  runOneRow(gpu, shard!, 'gated', buffersOf(shard!, x, y), forwardParams(shard!, x, y, width, 0));
  return y;
}
