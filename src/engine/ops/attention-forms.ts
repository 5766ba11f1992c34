// The two forms of the attention kernels: tiles in workgroup memory, for GPUs, and rows in the registers of one subgroup,
// for processors. Both have the same bindings and parameters, and but for relevance the same entry points.
import common from '#shaders/lib/attention.wgsl?raw';
import lanesSource from '#shaders/attention-lanes.wgsl?raw';
import tiledSource from '#shaders/attention.wgsl?raw';
import { AppError } from '../../errors.ts';
import type { Grid } from '../gpu.ts';
import { kernel, shader, type Kernel, type Shader } from '../kernel.ts';
import type { Lanes } from '../lanes.ts';
import type { AttentionShape } from '../ops.ts';
import { partsOf, relevanceWorth } from './attention-parts.ts';

export interface AttentionForm {
  readonly kernel: (entry: string) => Kernel;
  /** Workgroups that own all queries, or all keys. */
  readonly queryGrid: (queries: number) => Grid;
  readonly keyGrid: (keys: number) => Grid;
  /**
   * The parts of the keys in which `relevance` makes everything in one pass: g_q is a copy for each, to be added up. null:
   * `relevance_keys_values` and `relevance_queries` instead, which do not wait for each other.
   */
  readonly relevanceParts: (keys: number) => number | null;
}

const tiledShader = shader('attention.wgsl', tiledSource, common);
const lanesShaders = new Map<string, Shader>();

/** Rows that a workgroup owns, as attention.wgsl states. */
const tiledRows = 32;
/** Fours of a row that a lane holds, as attention-lanes.wgsl states: the code grows with them. */
const mostFoursPerLane = 4;

/** `decoding`: the form whose `forward` suits a single query. */
export function attentionForm(lanes: Lanes, shape: AttentionShape, decoding = false): AttentionForm {
  const { heads, keyValueHeads, headSize } = shape;
  if (headSize % 4 !== 0 || headSize > 256) {
    throw new AppError(
      'UnsupportedError',
      `The heads of this model are ${headSize} wide; supported are multiples of 4 up to 256.`,
    );
  }
  const fours = headSize / 4;
  const constants = { HEADS: heads, KEY_VALUE_HEADS: keyValueHeads, HEAD_FOURS: fours };
  const { subgroup } = lanes;
  const foursPerLane = subgroup ? Math.ceil(fours / subgroup.size) : Infinity;
  if (subgroup === null || foursPerLane > mostFoursPerLane) {
    const tiled = { ...constants, FOURS_PER_LANE: Math.ceil(fours / 8) };
    return {
      kernel: (entry) => kernel(tiledShader, decoding ? `${entry}_one_query` : entry, tiled),
      queryGrid: (count) => [Math.ceil(count / tiledRows), heads],
      keyGrid: (count) => [Math.ceil(count / tiledRows), keyValueHeads],
      relevanceParts: () => null,
    };
  }
  const group = heads / keyValueHeads;
  // Rows beyond those of a single query would only cost.
  const fewRows = decoding && group <= 4;
  const ownFours = subgroup.size === 4 || 2 * foursPerLane > mostFoursPerLane || fewRows ? 1 : 2;
  const name = `attention-lanes.wgsl (lanes ${lanes.name})`;
  let made = lanesShaders.get(name);
  if (!made) lanesShaders.set(name, (made = shader(name, subgroup.ownRows, lanesSource, common)));
  const found = made;
  const owned = { ...constants, FOURS_PER_LANE: foursPerLane, OWN_FOURS: ownFours };
  return {
    kernel: (entry) => kernel(found, entry, owned),
    queryGrid: (count) => [Math.ceil((count * group) / (4 * ownFours)), keyValueHeads],
    keyGrid: (count) => [Math.ceil(count / (4 * ownFours)), keyValueHeads],
    relevanceParts: (count) => partsOf(relevanceWorth, keyValueHeads, count).count,
  };
}
