// How keys and values can be kept while a language model writes.
import type { CacheFormat } from '../engine/key-value-cache.ts';

export type { CacheFormat };
export const cacheFormats: readonly CacheFormat[] = ['f32', 'f16'];
