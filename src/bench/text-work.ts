// What is measured of a language model: reading a text, writing on, explaining. Every run begins with another token, so
// that none goes on from the cache of the one before.
import { AppError } from '../errors.ts';
import { explain, explainEach } from '../explain/explain.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import { Generator } from '../generate/generator.ts';
import { costOf, startCost, type Cost } from './cost.ts';
import type { ExplainCost } from './explain-speed.ts';
import { profileOf, type KernelProfile } from './kernel-profile.ts';

const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0 };
/** What is written follows on a text of so many tokens. */
const promptTokens = 8;
/** Written besides the tokens that are counted: two before them, one after. */
const uncounted = 3;
/** Of the context, what measuring a decode takes beyond the tokens it counts: the last that is written is never read. */
export const aroundDecode = promptTokens + uncounted - 1;

export class TextWork {
  private readonly generator: Generator;
  private fresh = 0;

  constructor(private readonly loaded: LoadedModel) {
    this.generator = new Generator(loaded);
  }

  get cacheBytes(): number {
    return this.generator.cacheBytes;
  }

  destroy(): void {
    this.generator.destroy();
  }

  prefill(tokens: number): Promise<Cost> {
    return costOf(this.loaded.gpu, () => this.read(this.ids(tokens)));
  }

  /**
   * Of tokens in the midst of others: the first comes out of the prefill, and before each is read the step after it is
   * under way, also before the last that is counted.
   */
  async decode(tokens: number): Promise<Cost> {
    const costs: Cost[] = [];
    let written = 0;
    let finish = startCost(this.loaded.gpu);
    const onToken = (): void => {
      written++;
      if (written === 2) finish = startCost(this.loaded.gpu);
      if (written === tokens + 2) costs.push(finish());
    };
    await this.write(this.ids(promptTokens), tokens + uncounted, onToken);
    const [cost] = costs;
    if (cost && written === tokens + uncounted) return cost;
    throw new AppError('ContextError', `The context ended after ${written} of ${tokens + uncounted} written tokens.`);
  }

  async explain(tokens: number, keepAll: boolean): Promise<ExplainCost> {
    const steps = [this.loaded.gpu.dispatches];
    const cost = await costOf(this.loaded.gpu, () => this.explainIds(this.ids(tokens), keepAll, steps));
    return { ...cost, steps };
  }

  /** The last `count` tokens of a text, of which it has as many, each by itself, in one sweep. */
  explainSeveral(tokens: number, count: number): Promise<Cost> {
    const targets = Array.from({ length: count }, (_, index) => {
      return { position: tokens - index, target: 0, contrast: null };
    });
    const request = { scalar: 'logit', method: 'attnlrp' } as const;
    return costOf(this.loaded.gpu, () => explainEach(this.loaded, { ids: this.ids(tokens), targets, ...request }));
  }

  /** After a prefill that touches all buffers: the first kernel to write to new memory pays for it. */
  async profilePrefill(tokens: number): Promise<KernelProfile | null> {
    await this.prefill(tokens);
    return profileOf(this.loaded.gpu, () => this.read(this.ids(tokens)));
  }

  /** The text before is in the cache but for its last token, so that nothing but steps of one token is profiled. */
  async profileDecode(tokens: number): Promise<KernelProfile | null> {
    const ids = this.ids(promptTokens);
    await this.read(ids);
    return profileOf(this.loaded.gpu, () => this.write(ids, tokens));
  }

  profileExplain(tokens: number, keepAll: boolean): Promise<KernelProfile | null> {
    return profileOf(this.loaded.gpu, () => this.explainIds(this.ids(tokens), keepAll, []));
  }

  private ids(count: number): number[] {
    this.fresh++;
    const { vocabularySize } = this.loaded.model;
    return Array.from({ length: count }, (_, index) => (this.fresh * 31 + index * 7) % vocabularySize);
  }

  private read(ids: readonly number[]): Promise<void> {
    return this.write(ids, 1);
  }

  private async write(ids: readonly number[], maxTokens: number, onToken = (): void => {}): Promise<void> {
    await this.generator.generate({ ids, maxTokens, sampling: greedy, endOfText: [], onToken });
  }

  private async explainIds(ids: readonly number[], keepAll: boolean, steps: number[]): Promise<void> {
    const onProgress = (): void => void steps.push(this.loaded.gpu.dispatches);
    const request = { target: 0, contrast: null, scalar: 'logit', method: 'attnlrp', keepAll, onProgress } as const;
    await explain(this.loaded, { ids, ...request });
  }
}
