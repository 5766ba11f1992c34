// The two forms of the attention kernels: tiles in workgroup memory, for GPUs, and rows in the registers of one subgroup,
// for processors. Both have the same bindings and parameters, and but for relevance the same entry points.
import lanesCommon from '#shaders/lib/attention-lanes.wgsl?raw';
import common from '#shaders/lib/attention.wgsl?raw';
import keysF16 from '#shaders/lib/keys-f16.wgsl?raw';
import keysF32 from '#shaders/lib/keys-f32.wgsl?raw';
import lanesRelevance from '#shaders/attention-lanes-relevance.wgsl?raw';
import lanesForward from '#shaders/attention-lanes.wgsl?raw';
import oneQuerySource from '#shaders/attention-one-query.wgsl?raw';
import tiledSource from '#shaders/attention.wgsl?raw';
import { AppError } from '../../errors.ts';
import type { Grid } from '../gpu.ts';
import type { CacheFormat } from '../key-value-cache.ts';
import { kernel, shader, type Kernel, type Shader } from '../kernel.ts';
import type { Lanes } from '../lanes.ts';
import type { AttentionShape } from '../ops.ts';
import type { Rules } from '../rules.ts';
import { entryOf } from '../weight-kernels.ts';
import { partCount, relevanceWorth, type Span } from './attention-parts.ts';

export interface AttentionForm {
  readonly kernel: (entry: string) => Kernel;
  /** Workgroups that own all queries, or all keys. */
  readonly queryGrid: (queries: number) => Grid;
  readonly keyGrid: (keys: number) => Grid;
  /**
   * In how many parts `relevance` takes the keys, which makes everything in one pass, g_q once for each part. null: there
   * are `relevance_keys_values` and `relevance_queries` instead.
   */
  readonly relevanceParts: (keys: number) => number | null;
}

const keys: Readonly<Record<CacheFormat, string>> = { f32: keysF32, f16: keysF16 };
const shaders = new Map<string, Shader>();

function shaderOf(file: string, format: CacheFormat, ...sources: readonly string[]): Shader {
  const name = `${file}${format === 'f32' ? '' : ` (${format})`}`;
  return entryOf(shaders, name, () => shader(name, ...sources, keys[format], common));
}

/** Rows that a workgroup owns, as attention.wgsl states. */
const tiledRows = 32;
/** Heads that a workgroup takes, as attention-one-query.wgsl states. */
const headsOfOneQuery = 4;
/** Fours of a row that a lane holds, as attention-lanes.wgsl states: the code grows with them. */
const mostFoursPerLane = 4;

/** `decoding`: the form whose `forward` suits a single query. `format`: of the keys and values. */
export function attentionForm(
  lanes: Lanes,
  shape: AttentionShape,
  decoding = false,
  format: CacheFormat = 'f32',
): AttentionForm {
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
  const group = heads / keyValueHeads;
  if (subgroup === null || foursPerLane > mostFoursPerLane) {
    const tiled = { ...constants, FOURS_PER_LANE: Math.ceil(fours / 8) };
    const made = decoding
      ? shaderOf('attention-one-query.wgsl', format, oneQuerySource)
      : shaderOf('attention.wgsl', format, tiledSource);
    return {
      kernel: (entry) => kernel(made, entry, decoding ? constants : tiled),
      queryGrid: (count) =>
        decoding ? [1, keyValueHeads * Math.ceil(group / headsOfOneQuery)] : [Math.ceil(count / tiledRows), heads],
      keyGrid: (count) => [Math.ceil(count / tiledRows), keyValueHeads],
      relevanceParts: () => null,
    };
  }
  // Rows beyond those of a single query would only cost.
  const fewRows = decoding && group <= 4;
  const ownFours = subgroup.size === 4 || 2 * foursPerLane > mostFoursPerLane || fewRows ? 1 : 2;
  const name = `attention-lanes.wgsl (lanes ${lanes.name})`;
  const made = shaderOf(name, format, subgroup.ownRows, lanesForward, lanesRelevance, lanesCommon);
  const owned = { ...constants, FOURS_PER_LANE: foursPerLane, OWN_FOURS: ownFours };
  return {
    kernel: (entry) => kernel(made, entry, owned),
    queryGrid: (count) => [Math.ceil((count * group) / (4 * ownFours)), keyValueHeads],
    keyGrid: (count) => [Math.ceil(count / (4 * ownFours)), keyValueHeads],
    relevanceParts: (count) => partCount(relevanceWorth, keyValueHeads, count),
  };
}

/** Of every kernel of lib/attention.wgsl. */
export function attentionParams(
  rows: number,
  { keys, offset }: Span,
  shape: AttentionShape,
  shares?: Rules['attention'],
) {
  return {
    rows,
    keys,
    offset,
    part_keys: keys,
    first_head: 0,
    // 0 is none; one that reaches beyond every text is none either, and must not overflow 32 bits.
    window: shape.window === null || shape.window >= 2 ** 30 ? 0 : shape.window,
    causal: shape.causal ? 1 : 0,
    scale: 1 / Math.sqrt(shape.headSize),
    value: shares?.value ?? 0,
    query_key: shares?.queryKey ?? 0,
  };
}
