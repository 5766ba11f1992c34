// In how many parts attention meets its keys: few key/value heads are few workgroups, and over a long context each of them
// works long while the rest of the device idles. That holds for a single query (flash-decoding), and for relevance where a
// workgroup takes one block of keys after the other. Parts are put together by a second dispatch.
import type { Lanes } from '../lanes.ts';
import type { AttentionShape } from '../ops.ts';

/** q holds the tokens from position `offset` on; k and v hold `keys` rows from position 0. */
export interface Span {
  readonly keys: number;
  readonly offset: number;
}

export interface Parts {
  readonly count: number;
  /** Of every part; the last may have fewer. */
  readonly keys: number;
  /** The count can never be higher: buffers of so many parts serve every length of a text. */
  readonly most: number;
}

export interface Worth {
  /** Workgroups that keep a device busy: more of them gain nothing. */
  readonly workgroups: number;
  /** A part of fewer keys costs more than it saves. */
  readonly keys: number;
}

/** For a single query. */
export const decodingWorth: Readonly<Record<Lanes['name'], Worth>> = {
  // Measured on two cores, with lavapipe and SwiftShader: a dispatch more costs about as much as 400 and 100 keys.
  'of eight': { workgroups: 8, keys: 2048 },
  'of four': { workgroups: 8, keys: 512 },
  // Not measured, no GPU being at hand: two workgroups for each of a hundred multiprocessors, four tiles of keys.
  alone: { workgroups: 256, keys: 256 },
};

/**
 * For relevance, where a part has a copy of the multipliers of all queries. On two cores three heads are worth no parts yet,
 * and lose up to a sixth by them; more cores idle without.
 */
export const relevanceWorth: Worth = { workgroups: 8, keys: 128 };

/** Keys that the query at position `offset` sees. */
export function seenKeys({ causal, window }: AttentionShape, { keys, offset }: Span): number {
  const end = causal ? Math.min(keys, offset + 1) : keys;
  return window === null ? end : end - Math.max(0, offset + 1 - window);
}

export const inOne = (keys: number): Parts => ({ count: 1, keys, most: 1 });

/** `workgroups`: those of one part. Powers of two, so that equal shares fall to an even number of cores. */
export function partCount(worth: Worth, workgroups: number, keys: number): number {
  let count = 1;
  while (count * workgroups < worth.workgroups && 2 * count * worth.keys <= keys) count *= 2;
  return count;
}

export function partsOf(worth: Worth, workgroups: number, keys: number): Parts {
  const count = partCount(worth, workgroups, keys);
  return { count, keys: Math.ceil(keys / count), most: partCount(worth, workgroups, Infinity) };
}
