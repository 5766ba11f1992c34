// How memory and time of an explanation grow with the text. Nothing of size T × T is ever stored, so memory is a line.
import type { LoadedModel } from '../explain/loaded-model.ts';
import { medianCost, type Cost } from './cost.ts';
import { TextWork } from './text-work.ts';

export interface Growth {
  readonly tokens: number;
  readonly checkpoints: GrowthCost;
  readonly keepAll: GrowthCost;
}

export interface GrowthCost {
  readonly seconds: number;
  /** Most that was held at once, weights and cache apart. */
  readonly peakBytes: number;
  /** Further bytes for each further token since the row before; null in the first row. */
  readonly bytesPerToken: number | null;
}

export async function measureGrowth(loaded: LoadedModel, lengths: readonly number[], runs: number): Promise<Growth[]> {
  const work = new TextWork(loaded);
  const growth: Growth[] = [];
  const modes = [false, true];
  try {
    // Compiles the kernels, and does not count.
    for (const keepAll of modes) await work.explain(lengths[0]!, keepAll);
    for (const tokens of lengths) {
      loaded.gpu.purge();
      const all: Cost[][] = [[], []];
      for (let run = 0; run < runs; run++)
        for (const [mode, keepAll] of modes.entries()) all[mode]!.push(await work.explain(tokens, keepAll));
      const costs = all.map(medianCost);
      const before = growth.at(-1);
      const costOf = (cost: Cost, shorter: GrowthCost | undefined): GrowthCost => {
        const more = shorter && (cost.activationBytes - shorter.peakBytes) / (tokens - before!.tokens);
        return { seconds: cost.seconds, peakBytes: cost.activationBytes, bytesPerToken: more ?? null };
      };
      growth.push({
        tokens,
        checkpoints: costOf(costs[0]!, before?.checkpoints),
        keepAll: costOf(costs[1]!, before?.keepAll),
      });
    }
  } finally {
    work.destroy();
  }
  return growth;
}

/** Pools round sizes up by an eighth at most; beyond that, growth that steepens is no line. */
const roundedUp = 1.125;

export function isLinear(growth: readonly Growth[]): boolean {
  return (['checkpoints', 'keepAll'] as const).every((mode) => {
    const slopes = growth.map((row) => row[mode].bytesPerToken).filter((slope) => slope !== null);
    return Math.max(...slopes) <= roundedUp * Math.min(...slopes);
  });
}
