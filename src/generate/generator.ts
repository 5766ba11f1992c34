// Streams tokens: prefill in chunks, then one token per step, against a key/value cache that lives as long as the model.
// Per token the GPU gets one submission and gives back one id; nothing is allocated. It has the next step before it is
// done with one: what a step needs of the last token is its id, which stays on the GPU.
import { decodingOps } from '../engine/gpu-ops.ts';
import { KeyValueCache } from '../engine/key-value-cache.ts';
import { notANumber, sample, type SampleParams } from '../engine/sample.ts';
import type { Tensor } from '../engine/tensor.ts';
import { overflow } from '../explain/check-finite.ts';
import { checkIds } from '../explain/check-ids.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import type { Network } from '../models/model.ts';
import { randomNumbers } from './random.ts';

export interface GenerateOptions {
  readonly ids: readonly number[];
  readonly maxTokens: number;
  readonly sampling: Omit<SampleParams, 'random'> & { readonly seed: number };
  /** Generation ends when one of these is chosen; it is not part of the result. */
  readonly endOfText: readonly number[];
  readonly signal?: AbortSignal | undefined;
  readonly onToken?: ((id: number) => void) | undefined;
}

export interface GeneratedIds {
  readonly ids: readonly number[];
  readonly stopped: 'end-of-text' | 'max-tokens' | 'context-full' | 'cancelled';
  /** `tokens` were read now; `reused` before them were in the cache already. */
  readonly prefill: { readonly tokens: number; readonly reused: number; readonly seconds: number };
  readonly decode: { readonly tokens: number; readonly seconds: number };
}

/** Tokens that a prefill takes through all blocks at once. */
export const chunk = 128;

export class Generator {
  private readonly cache: KeyValueCache;
  private readonly network: Network<Tensor>;
  /** The tokens whose keys and values are cached; a text that begins with them goes on from there. */
  private cached: number[] = [];

  constructor(private readonly loaded: LoadedModel) {
    const { gpu, model, context, cacheFormat } = loaded;
    this.cache = new KeyValueCache(gpu, model.layers, context, model.keyValueWidth, cacheFormat);
    this.network = model.bind(decodingOps(gpu, this.cache, loaded.rotationTable), loaded.weight);
  }

  get cacheBytes(): number {
    return this.cache.bytes;
  }

  destroy(): void {
    this.cache.destroy();
  }

  /** @throws ContextError where the text alone does not fit. */
  async generate(options: GenerateOptions): Promise<GeneratedIds> {
    checkIds(options.ids, this.loaded);
    return this.loaded.gpu
      .scopeAsync(() => this.stream(options))
      .catch((error: unknown) => {
        this.cached = []; // a submission that failed has cached nothing
        throw error;
      });
  }

  private async stream({
    ids,
    maxTokens,
    sampling,
    endOfText,
    signal,
    onToken,
  }: GenerateOptions): Promise<GeneratedIds> {
    const { gpu, model, context } = this.loaded;
    const start = performance.now();
    const marks = new Uint32Array(model.vocabularySize);
    for (const id of ids) marks[id] = 1;
    const seen = gpu.upload(marks, 1, model.vocabularySize, 'seen tokens');
    const chosen = gpu.allocate(1, 1, 'chosen token');
    const nextRandom = randomNumbers(sampling.seed);
    const result: number[] = [];
    let firstToken = start;
    const reused = Math.min(commonPrefix(this.cached, ids), ids.length - 1);
    const finish = (stopped: GeneratedIds['stopped'], prefilled: number): GeneratedIds => ({
      ids: result,
      stopped,
      prefill: { tokens: prefilled, reused, seconds: (firstToken - start) / 1000 },
      decode: { tokens: Math.max(0, result.length - 1), seconds: (performance.now() - firstToken) / 1000 },
    });

    this.cache.length = reused;
    this.cached = ids.slice(0, reused);
    if (maxTokens <= 0) return finish('max-tokens', 0);
    for (let from = reused; from < ids.length; from += chunk) {
      const part = ids.slice(from, from + chunk);
      const last = from + chunk >= ids.length;
      const read = await gpu.scopeAsync(async () => {
        const hidden = await this.read(gpu.upload(Uint32Array.from(part), part.length, 1, 'ids'), signal);
        if (hidden && last) this.choose(hidden, seen, chosen, { ...sampling, random: nextRandom() });
        return hidden !== null;
      });
      if (!read) {
        await gpu.settle(); // what is under way may fail, and would have cached nothing
        return finish('cancelled', from - reused);
      }
      this.cached.push(...part);
    }
    let reading = this.readBack(chosen);
    let ahead: Promise<Uint32Array> | null = null;
    try {
      for (;;) {
        const full = this.cache.length === context ? 'context-full' : null;
        const last = result.length + 1 === maxTokens ? 'max-tokens' : full;
        ahead = last ? null : this.writeAhead(seen, chosen, { ...sampling, random: nextRandom() });
        const id = (await reading)[0]!;
        if (id === notANumber) throw overflow();
        if (result.length === 0) firstToken = performance.now();
        const ended = endOfText.includes(id);
        if (!ended) {
          result.push(id);
          onToken?.(id);
        }
        const stopped = ended ? 'end-of-text' : signal?.aborted ? 'cancelled' : last;
        if (stopped) {
          const finished = finish(stopped, ids.length - reused);
          await ahead; // nobody wants its token, but what went wrong belongs to this text
          this.cache.length = this.cached.length;
          return finished;
        }
        this.cached.push(id);
        reading = ahead!;
      }
    } catch (error) {
      await ahead?.catch(() => {}); // its errors must not reach the next job
      throw error;
    }
  }

  /** Submits the step after the chosen token, and the reading of what it chooses. */
  private writeAhead(seen: Tensor, chosen: Tensor, params: SampleParams): Promise<Uint32Array> {
    this.loaded.gpu.scope(() => this.choose(this.step(chosen), seen, chosen, params));
    return this.readBack(chosen);
  }

  /** It may never be waited for, where what came before fails. */
  private readBack(chosen: Tensor): Promise<Uint32Array> {
    const reading = this.loaded.gpu.readIds(chosen);
    reading.catch(() => {});
    return reading;
  }

  /** A part of the text through all blocks; the cache then holds it. Null, and nothing is cached, where it is stopped. */
  private async read(ids: Tensor, signal: AbortSignal | undefined): Promise<Tensor | null> {
    const { gpu } = this.loaded;
    let x = this.network.embed(ids);
    for (let layer = 0; layer < this.network.blocks; layer++) {
      if (signal?.aborted) return null;
      x = this.block(layer, x);
      await gpu.breathe();
    }
    await gpu.pace();
    this.cache.length += ids.rows;
    return x;
  }

  /** One token through all blocks, within one submission; the cache then holds it. */
  private step(id: Tensor): Tensor {
    let x = this.network.embed(id);
    for (let layer = 0; layer < this.network.blocks; layer++) x = this.block(layer, x);
    this.cache.length += 1;
    return x;
  }

  /** What a block computes on its way is free for the next one. */
  private block(layer: number, x: Tensor): Tensor {
    const { gpu } = this.loaded;
    this.cache.layer = layer;
    const y = gpu.scope(() => this.network.block(layer, x));
    gpu.release(x);
    return y;
  }

  private choose(x: Tensor, seen: Tensor, chosen: Tensor, params: SampleParams): void {
    const { network } = this;
    sample(this.loaded.gpu, network.logits(network.final(x)), seen, chosen, params);
  }
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
