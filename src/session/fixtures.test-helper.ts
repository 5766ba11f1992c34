// Tiny checkpoints with float64 results of an independent implementation (e2e/fixtures).
import { readFileSync } from 'node:fs';
import type { Gpu } from '../engine/gpu.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import type { Method } from '../explain/methods.ts';
import { nodeSource } from '../platform/node-source.ts';
import { openModel } from './open-model.ts';

export interface ExpectedCase {
  readonly name: string;
  readonly ids: number[];
  readonly method: Method;
  readonly target: { readonly id: number; readonly logit: number };
  readonly contrast?: { readonly id: number; readonly logit: number };
  readonly top: { readonly id: number; readonly logit: number }[];
  readonly relevance: number[];
  readonly residual?: number[][];
  readonly ledger: {
    readonly score: number;
    readonly inputs: number;
    readonly softmax?: number;
    readonly biases?: number;
  };
}

export const fixtureNames = ['llama', 'qwen2', 'qwen3', 'mistral'] as const;
/** The same small LLaMA in every quantised layout. */
export const quantisedFixtureNames = [
  'mlx-4bit',
  'mlx-8bit',
  'gptq-4bit',
  'gptq-4bit-desc-act',
  'gptq-8bit',
  'gptq-v2-4bit',
  'awq-4bit',
  'compressed-int4',
  'compressed-int4-asym',
  'compressed-int8',
  'bnb-nf4',
  'bnb-int8',
].map((name) => `quantised/${name}`);
const folder = (name: string): string => new URL(`../../e2e/fixtures/${name}`, import.meta.url).pathname;

export function expectedCases(name: string): ExpectedCase[] {
  const file = JSON.parse(readFileSync(`${folder(name)}/expected.json`, 'utf8')) as Record<string, ExpectedCase[]>;
  return [...file['cases']!, ...(file['contrast_cases'] ?? [])];
}

export async function loadFixture(gpu: Gpu, name: string): Promise<LoadedModel> {
  const opened = await openModel(gpu, nodeSource(folder(name)), {});
  if (opened.kind !== 'language') throw new Error(`${name} is no language model`);
  return opened.loaded;
}
