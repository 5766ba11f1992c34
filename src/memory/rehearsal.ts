// Reading, writing and explaining on a device that only counts: the same code with the same sizes, without weights and
// without arithmetic. What it allocates is what the GPU will hold.
import type { CacheFormat } from '../engine/key-value-cache.ts';
import { explainEach } from '../explain/explain.ts';
import { LoadedModel } from '../explain/loaded-model.ts';
import { Generator, chunk } from '../generate/generator.ts';
import type { LanguageModel } from '../models/model.ts';
import { countingDevice, type CountingDevice, type GpuTraits } from './counting-device.ts';
import { hollowWeights } from './hollow-weights.ts';
import type { StorageChoice } from './weight-bytes.ts';

const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0 };

export class Rehearsal {
  /** The first token of the text before: the next begins with another, so that nothing of it is reused. */
  private first = 0;

  private constructor(
    private readonly counted: CountingDevice,
    private readonly loaded: LoadedModel,
    private readonly generator: Generator,
  ) {}

  /** @throws OutOfMemoryError where one buffer would be larger than the GPU allows. */
  static async of(
    model: LanguageModel,
    choose: StorageChoice,
    gpu: GpuTraits,
    cacheBytes: number,
    cacheFormat?: CacheFormat,
  ): Promise<Rehearsal> {
    const counted = await countingDevice(gpu);
    const loaded = new LoadedModel(counted.gpu, model, hollowWeights(model.weights, choose), cacheBytes, cacheFormat);
    return new Rehearsal(counted, loaded, new Generator(loaded));
  }

  /** Tokens that keys and values are kept for. */
  get context(): number {
    return this.loaded.context;
  }

  get cacheFormat(): CacheFormat {
    return this.loaded.cacheFormat;
  }

  get cacheBytes(): number {
    return this.generator.cacheBytes;
  }

  /** Bytes at the peak of reading `tokens` tokens and writing the next, weights apart. */
  async writing(tokens: number): Promise<number> {
    this.startAnew();
    // Chunks of one size share their buffers: one of them and the rest stand for all.
    const ids = zeros(Math.min(tokens, chunk + (tokens % chunk)));
    ids[0] = this.first = 1 - this.first;
    await this.generator.generate({ ids, maxTokens: 1, sampling: greedy, endOfText: [] });
    return this.counted.peakBytes;
  }

  /**
   * The same of explaining so many targets in one sweep, once what writing left has been given back (Gpu.poolLimit sees to
   * that). Each target holds a multiplier above and below a block, its ledger and its logits, so from the second on each
   * takes as much as the one before.
   */
  async explaining(tokens: number, keepAll: boolean, targets = 1): Promise<number> {
    if (targets <= 3) return this.sweeping(tokens, keepAll, targets);
    const [two, three] = [await this.sweeping(tokens, keepAll, 2), await this.sweeping(tokens, keepAll, 3)];
    return three + (targets - 3) * (three - two);
  }

  private async sweeping(tokens: number, keepAll: boolean, count: number): Promise<number> {
    this.startAnew();
    const targets = Array.from({ length: count }, () => ({ position: tokens, target: 0, contrast: null }));
    await explainEach(this.loaded, {
      ids: zeros(tokens),
      targets,
      scalar: 'centred-logit',
      method: 'attnlrp',
      keepAll,
    });
    return this.counted.peakBytes;
  }

  /** Bytes that stay between jobs, weights apart: the cache, and what is computed once. */
  get lastingBytes(): number {
    this.counted.gpu.purge();
    return this.counted.bytes;
  }

  private startAnew(): void {
    this.counted.gpu.purge();
    this.counted.peakBytes = this.counted.bytes;
  }
}

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
