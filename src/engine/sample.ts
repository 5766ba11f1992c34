// Chooses the next token on the GPU; the id stays there for the next step to embed.
import source from '#shaders/sample.wgsl?raw';
import type { Gpu } from './gpu.ts';
import { kernel, shader } from './kernel.ts';
import type { Tensor } from './tensor.ts';

const choose = kernel(shader('sample.wgsl', source), 'forward');

export interface SampleParams {
  /** 0 = the likeliest token. */
  readonly temperature: number;
  /** 0 = off. */
  readonly topK: number;
  /** 1 = off. */
  readonly topP: number;
  /** 0 = off. */
  readonly minP: number;
  /** 1 = off. */
  readonly repetitionPenalty: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/** What `chosen` holds where a logit was NaN or infinite. */
export const notANumber = 0xffffffff;

/** logits [1, vocabulary] → chosen [1, 1]; marks the token as seen [1, vocabulary]. */
export function sample(gpu: Gpu, logits: Tensor, seen: Tensor, chosen: Tensor, params: SampleParams): void {
  const buffers = { logits: logits.storage, seen: seen.storage, chosen: chosen.storage };
  const numbers = {
    count: logits.width,
    penalty: params.repetitionPenalty,
    // Where even f32 ends; 0 stays 0, which is greedy.
    temperature: params.temperature === 0 ? 0 : Math.max(params.temperature, 1e-30),
    top_k: Math.min(params.topK, logits.width),
    top_p: params.topP,
    min_p: params.minP,
    random: params.random,
  };
  gpu.run(choose, buffers, numbers, [1]);
}
