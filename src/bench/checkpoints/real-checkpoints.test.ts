// The planned checkpoints are those of the real models: as many parameters, and every tensor that our models ask for.
import { expect, it } from 'vitest';
import { readModel } from '../../models/index.ts';
import { listWeights } from '../../models/list-weights.ts';
import { readImageModel } from '../../models/vit-read.ts';
import { realCheckpoints } from './real-checkpoints.ts';
import { bytesOfTensor } from './planned-tensor.ts';

const of = (name: string) => realCheckpoints.find((each) => each.name === name)!;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

// As their model cards count them.
it.each([
  ['smollm2-135m', 134_515_008],
  ['qwen2.5-0.5b', 494_032_768],
  ['llama-3.2-1b', 1_235_814_400],
  ['vit-b-16', 86_567_656],
  ['llama-3.2-3b', 3_212_749_824],
])('%s has %i parameters', (name, parameters) => {
  expect(sum(of(name).tensors.map(({ shape }) => product(shape)))).toBe(parameters);
});

it('stores the 4 bits of MLX with 4 bytes for every group of 64', () => {
  const { tensors } = of('llama-3.2-1b-mlx-4bit');
  const matrices = of('llama-3.2-1b').tensors.filter(({ shape }) => shape.length === 2);
  const vectors = of('llama-3.2-1b').tensors.filter(({ shape }) => shape.length === 1);
  const inMatrices = sum(matrices.map(({ shape }) => product(shape)));
  expect(sum(tensors.map(bytesOfTensor))).toBe((inMatrices * (4 + 32 / 64)) / 8 + sum(vectors.map(bytesOfTensor)));
});

it.each(realCheckpoints.map((each) => [each.name, each] as const))('%s has what its model asks for', (name, plan) => {
  const config = plan.files['config.json']!;
  const shapes = new Map(plan.tensors.map((tensor) => [tensor.name, tensor.shape]));
  const read =
    name === 'vit-b-16'
      ? readImageModel({ config, processor: plan.files['preprocessor_config.json']!, tensors: shapes.keys() })
      : readModel(config);
  expect(read.warnings).toEqual([]);
  const specs = listWeights(read.model.weights);
  for (const { name, shape, stored } of specs) {
    const scales = shapes.get(`${name.replace(/\.weight$/, '')}.scales`);
    // Of MLX, the codes of eight columns are one word.
    const expected = scales ? [shape[0], shape[1]! / 8] : (stored ?? shape);
    expect(shapes.get(name), name).toEqual(expected);
  }
  expect(plan.tensors.filter((tensor) => !/\.(scales|biases)$/.test(tensor.name))).toHaveLength(specs.length);
});
