import { describe, expect, it } from 'vitest';
import type { RemoteModel } from './list-model.ts';
import { neededFiles } from './needed-files.ts';

const repository = (...paths: string[]): RemoteModel => ({
  address: { endpoint: 'https://huggingface.co', id: 'owner/name', revision: 'main' },
  commit: '0123456789',
  files: paths.map((path) => ({ path, size: 10, checksum: null })),
});
const index = (...shards: string[]) => ({
  weight_map: Object.fromEntries(shards.map((shard, at) => [`weight.${at}`, shard])),
});
const noIndex = (): Promise<never> => Promise.reject(new Error('no index should be read'));
const namesOf = async (paths: string[], shards?: string[]): Promise<string[]> => {
  const files = await neededFiles(repository(...paths), shards ? async () => index(...shards) : noIndex);
  return files.map(({ name, path }) => (name === path ? name : `${path} as ${name}`));
};

describe('neededFiles', () => {
  it('leaves out what is for other programs', async () => {
    const paths = [
      '.gitattributes',
      'README.md',
      'LICENSE',
      'config.json',
      'generation_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'special_tokens_map.json',
      'chat_template.jinja',
      'vocab.json',
      'merges.txt',
      'pytorch_model.bin',
      'tf_model.h5',
      'model.onnx',
      'model-q4.gguf',
      'training_args.bin',
      'model.safetensors',
    ];
    expect(await namesOf(paths)).toEqual([
      'config.json',
      'generation_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'special_tokens_map.json',
      'chat_template.jinja',
      'model.safetensors',
    ]);
  });

  it('lets the index decide between shards and other weights', async () => {
    const [a, b] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const paths = ['config.json', 'model.safetensors.index.json', a, b, 'consolidated.safetensors'];
    const expected = ['config.json', 'model.safetensors.index.json', a, b];
    expect(await namesOf(paths, [a, b, a])).toEqual(expected);
    expect(await namesOf([...paths, 'model.safetensors'], [a, b])).toEqual(expected);
  });

  it('takes the single file where the index names shards that are not there, or itself', async () => {
    const paths = ['config.json', 'model.safetensors.index.json', 'model.safetensors'];
    expect(await namesOf(paths, ['model-00001-of-00001.safetensors'])).toEqual(['config.json', 'model.safetensors']);
    expect(await namesOf(paths, ['model.safetensors'])).toEqual([
      'config.json',
      'model.safetensors.index.json',
      'model.safetensors',
    ]);
  });

  it('takes the only safetensors file under the name that is read', async () => {
    expect(await namesOf(['config.json', 'gptq_model-4bit-128g.safetensors', 'quantize_config.json'])).toEqual([
      'config.json',
      'quantize_config.json',
      'gptq_model-4bit-128g.safetensors as model.safetensors',
    ]);
  });

  it.each([
    [['config.json', 'pytorch_model.bin'], undefined, /owner\/name has no safetensors weights, but pytorch_model\.bin/],
    [['config.json'], undefined, /has no safetensors weights\. Look for another upload/],
    [['config.json', 'adapter_model.safetensors'], undefined, /is an adapter \(LoRA\), not a whole model/],
    [['config.json', 'a.safetensors', 'b.safetensors'], undefined, /several other weight files \(a\.safetensors, b\./],
    [['config.json', 'model.safetensors.index.json'], ['gone.safetensors'], /lacks gone\.safetensors, which its model/],
    [['model.safetensors'], undefined, /has no config\.json, so nothing says what its weights mean/],
    [['config.json', 'model.safetensors.index.json'], [], /must hold "weight_map"/],
  ])('refuses %j in a sentence', async (paths, shards, sentence) => {
    await expect(namesOf(paths, shards)).rejects.toThrow(sentence);
  });
});
