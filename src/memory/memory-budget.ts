// How much GPU memory a model may take. WebGPU tells nobody how much there is, and an allocation that fails takes others
// down with it, so nothing is tried out: a cautious guess stands until a person says better.

export interface MemoryBudget {
  readonly bytes: number;
  /** Where the number comes from, in a sentence. */
  readonly reason: string;
}

const gigabyte = 1e9;
/** What even small devices with a GPU have to spare, and what most laptops and desktop cards have. */
const [least, most] = [1 * gigabyte, 4 * gigabyte];

/** Twice the largest buffer that the adapter offers, which drivers relate to its memory, between 1 and 4 GB. */
export function usualBudget({ maxBufferSize }: { readonly maxBufferSize: number }): MemoryBudget {
  const bytes = Math.min(most, Math.max(least, Math.floor((2 * maxBufferSize) / 1e8) * 1e8));
  return {
    bytes,
    reason: `Browsers do not tell how much memory a GPU has; ${inWords(bytes)} are assumed. Set what yours has to spare.`,
  };
}

/** '270 MB', '2.5 GB'. */
export function inWords(bytes: number): string {
  const megabytes = bytes / 1e6;
  if (megabytes >= 999.5) return `${(bytes / gigabyte).toFixed(1).replace(/\.0$/, '')} GB`;
  return `${megabytes < 9.95 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}
