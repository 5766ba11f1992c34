// Times the phases of one language model: each as the median of several runs, after one that is not counted.
import { explain } from '../explain/explain.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import { Generator } from '../generate/generator.ts';
import { median } from './median.ts';

export interface Speed {
  readonly tokens: number;
  readonly seconds: number;
  readonly tokensPerSecond: number;
}

export interface ExplainSpeed {
  readonly seconds: number;
  /** (forward + relevance) / prefill of the same tokens. */
  readonly ratioToPrefill: number;
  readonly peakBytes: number;
}

export interface Measurement {
  readonly prefill: Speed;
  readonly decode: Speed & {
    readonly dispatchesPerToken: number;
    readonly buffersCreated: number;
    readonly bindGroupsCreated: number;
  };
  /** The outer figures recompute each block (checkpoint). */
  readonly explain: ExplainSpeed & { readonly tokens: number; readonly keepAll: ExplainSpeed };
  readonly bytes: { readonly weights: number; readonly cache: number };
}

export interface Sizes {
  readonly prefill: number;
  readonly decode: number;
  readonly explain: number;
  readonly runs: number;
}

const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0 };

export async function measure(loaded: LoadedModel, sizes: Sizes): Promise<Measurement> {
  const { gpu, model } = loaded;
  const generator = new Generator(loaded);
  // Every run begins with another token, so that no run goes on from the cache of the one before.
  let fresh = 0;
  const idsOf = (count: number): number[] => {
    fresh++;
    return Array.from({ length: count }, (_, index) => (fresh * 31 + index * 7) % model.vocabularySize);
  };
  const medianOf = async (run: () => Promise<number>): Promise<number> => {
    await run();
    const seconds: number[] = [];
    for (let i = 0; i < sizes.runs; i++) seconds.push(await run());
    return median(seconds);
  };
  const prefillSeconds = (tokens: number): Promise<number> =>
    medianOf(async () => {
      const request = { ids: idsOf(tokens), maxTokens: 1, sampling: greedy, endOfText: [] };
      return (await generator.generate(request)).prefill.seconds;
    });
  const explainSpeed = async (keepAll: boolean, prefill: number): Promise<ExplainSpeed> => {
    const seconds = await medianOf(async () => {
      gpu.pool.peakBytes = gpu.pool.liveBytes;
      const start = performance.now();
      const request = { target: 0, contrast: null, scalar: 'logit', method: 'attnlrp', keepAll } as const;
      await explain(loaded, { ids: idsOf(sizes.explain), ...request });
      return (performance.now() - start) / 1000;
    });
    return { seconds, ratioToPrefill: seconds / prefill, peakBytes: gpu.pool.peakBytes - gpu.pool.liveBytes };
  };

  const prefill = await prefillSeconds(sizes.prefill);
  const before = { dispatches: 0, buffers: 0, bindGroups: 0 };
  const decode = await medianOf(async () => {
    const onToken = (): void => {
      // Counted from the second token on: the first comes out of the prefill.
      if (before.dispatches !== 0) return;
      Object.assign(before, {
        dispatches: gpu.dispatches,
        buffers: gpu.pool.created,
        bindGroups: gpu.pipelines.created,
      });
    };
    before.dispatches = 0;
    const request = { ids: idsOf(8), maxTokens: sizes.decode + 1, sampling: greedy, endOfText: [], onToken };
    return (await generator.generate(request)).decode.seconds;
  });
  const counts = {
    dispatchesPerToken: (gpu.dispatches - before.dispatches) / sizes.decode,
    buffersCreated: gpu.pool.created - before.buffers,
    bindGroupsCreated: gpu.pipelines.created - before.bindGroups,
  };
  const samePrefill = sizes.explain === sizes.prefill ? prefill : await prefillSeconds(sizes.explain);
  const checkpointed = await explainSpeed(false, samePrefill);
  const keepAll = await explainSpeed(true, samePrefill);
  const bytes = { weights: loaded.weightBytes, cache: generator.cacheBytes };
  generator.destroy();
  return {
    prefill: speed(sizes.prefill, prefill),
    decode: { ...speed(sizes.decode, decode), ...counts },
    explain: { tokens: sizes.explain, ...checkpointed, keepAll },
    bytes,
  };
}

const speed = (tokens: number, seconds: number): Speed => ({ tokens, seconds, tokensPerSecond: tokens / seconds });
