// What is told in advance against what a real device holds at its peak: every buffer that WebGPU makes is counted.
import { beforeAll, describe, expect, it } from 'vitest';
import { randomWeights } from '../bench/random-weights.ts';
import { shapes } from '../bench/shapes.ts';
import { explain, explainEach } from '../explain/explain.ts';
import { LoadedModel } from '../explain/loaded-model.ts';
import { Generator } from '../generate/generator.ts';
import { readModel } from '../models/index.ts';
import type { JsonObject } from '../models/model.ts';
import { countedGpu, type Counted } from './counted-gpu.test-helper.ts';
import { Rehearsal } from './rehearsal.ts';
import { weightBytesOf } from './weight-bytes.ts';

const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0 };
const half = () => ({ format: 'F16' }) as const;
const cacheBytes = 1e6;

// All with the same heads: kernels of others would have to be compiled.
const small: JsonObject = {
  ...shapes['tiny-2m'],
  hidden_size: 64,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 160,
};
const wide: JsonObject = { ...small, num_hidden_layers: 2, intermediate_size: 600, vocab_size: 5000 };
const deep: JsonObject = { ...small, num_hidden_layers: 10, intermediate_size: 96 };

let counted: Counted;
/** What a device has of its own before any model. */
let own: number;
beforeAll(async () => {
  counted = await countedGpu();
  own = counted.held.bytes;
  return () => counted.gpu.destroy();
});

describe.each(Object.entries({ small, wide, deep }))('the memory of a %s model', (name, config) => {
  it('is known before texts are written and explained', async () => {
    const { gpu, held } = counted;
    const { model } = readModel(config);
    const before = held.bytes - own;
    const loaded = new LoadedModel(gpu, model, await randomWeights(gpu, model.weights, null), cacheBytes);
    const generator = new Generator(loaded);
    const rehearsal = await Rehearsal.of(model, half, gpu, cacheBytes);
    const weights = weightBytesOf(model.weights, half);
    expect(loaded.weightBytes).toBe(weights);
    expect([rehearsal.context, rehearsal.cacheBytes]).toEqual([loaded.context, generator.cacheBytes]);
    // From 256 tokens on processors share attention's relevance out in parts.
    for (const tokens of [7, 150, ...(name === 'small' ? [300] : [])]) {
      for (const keepAll of [false, true]) {
        gpu.purge();
        held.peak = held.bytes;
        const ids = Array.from(
          { length: tokens },
          (_, index) => (index * 7 + tokens + Number(keepAll)) % model.vocabularySize,
        );
        await generator.generate({ ids, maxTokens: 2, sampling: greedy, endOfText: [] });
        const written = (held.peak - before) / (weights + (await rehearsal.writing(tokens)));
        gpu.purge();
        held.peak = held.bytes;
        const request = { target: null, contrast: null, scalar: 'centred-logit', method: 'attnlrp', keepAll } as const;
        await explain(loaded, { ids, ...request });
        const explained = (held.peak - before) / (weights + (await rehearsal.explaining(tokens, keepAll)));
        for (const share of [written, explained]) {
          // What was told may be up to 5 % too much, and 2 % too little.
          expect(share).toBeLessThan(1.02);
          expect(share).toBeGreaterThan(0.95);
        }
      }
    }
    for (const [count, keepAll] of [
      [5, false],
      [3, true],
    ] as const) {
      gpu.purge();
      held.peak = held.bytes;
      const ids = Array.from({ length: 150 }, (_, index) => index % 40);
      const targets = Array.from({ length: count }, (_, index) => ({
        position: 150 - index,
        target: null,
        contrast: null,
      }));
      await explainEach(loaded, { ids, targets, scalar: 'centred-logit', method: 'attnlrp', keepAll });
      const share = (held.peak - before) / (weights + (await rehearsal.explaining(150, keepAll, count)));
      expect(share).toBeLessThan(1.02);
      expect(share).toBeGreaterThan(0.95);
    }
    generator.destroy();
    loaded.destroy();
    gpu.purge();
    expect(held.bytes - before - own).toBeLessThan(100_000);
  });
});
