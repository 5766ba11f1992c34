import { expect, test } from 'vitest';
import { memorySource } from '../load/memory-source.ts';
import { modelKind } from './model-kind.ts';

const kindOf = (config: object) =>
  modelKind(memorySource(new Map([['config.json', new TextEncoder().encode(JSON.stringify(config))]])));

test.each([
  [{ architectures: ['LlamaForCausalLM'], model_type: 'llama' }, 'language', 'LlamaForCausalLM'],
  [{ architectures: ['ViTForImageClassification'] }, 'image', 'ViTForImageClassification'],
  [{ architecture: 'vit_tiny_patch16_224', num_classes: 1000 }, 'image', 'vit_tiny_patch16_224'],
])('%o is known by its config.json alone', async (config, kind, architecture) => {
  expect(await kindOf(config)).toEqual({ kind, architecture });
});

test('says nothing about what is neither, or has no config.json', async () => {
  expect(await kindOf({ architectures: ['BertModel'] })).toBeNull();
  expect(await modelKind(memorySource(new Map()))).toBeNull();
});
