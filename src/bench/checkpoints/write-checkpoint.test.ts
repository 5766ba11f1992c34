// What is written is what a loader reads: in one file or several, the same for the same seed, of the size it should have.
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../load/checkpoint.ts';
import { toFloat32 } from '../../load/decode.ts';
import { memorySource } from '../../load/memory-source.ts';
import { readWhole } from '../../load/stored-tensor.ts';
import { memoryFolder } from './memory-folder.test-helper.ts';
import { mlxTensors } from './model-tensors.ts';
import { bytesOfTensor, piecesOf, type PlannedTensor } from './planned-tensor.ts';
import { writeCheckpoint, type WriteOptions } from './write-checkpoint.ts';

const weights = { mean: 0, deviation: 0.02 };
const tensors: readonly PlannedTensor[] = [
  { name: 'model.embed_tokens.weight', dtype: 'BF16', shape: [50, 64], fill: weights },
  { name: 'model.layers.0.mlp.up_proj.weight', dtype: 'BF16', shape: [300, 64], fill: weights },
  { name: 'model.layers.0.input_layernorm.weight', dtype: 'BF16', shape: [63], fill: { mean: 1, deviation: 0.02 } },
  { name: 'model.norm.weight', dtype: 'F32', shape: [64], fill: { mean: 1, deviation: 0.02 } },
];

async function written(options: WriteOptions, planned = tensors, indexed = false) {
  const { folder, files } = memoryFolder();
  const files_ = { 'config.json': { model_type: 'llama' } };
  await writeCheckpoint(folder, { name: '', after: '', files: files_, tensors: planned, indexed }, options);
  return files();
}

describe('a checkpoint that is written', () => {
  it('is read as one file, every tensor in its type and shape', async () => {
    const files = await written({ seed: 1 });
    expect([...files.keys()]).toEqual(['model.safetensors', 'config.json']);
    const { tensors: found } = await openCheckpoint(memorySource(files));
    expect(found.size).toBe(tensors.length);
    for (const { name, dtype, shape } of tensors) expect(found.get(name)).toMatchObject({ dtype, shape });
  });

  it('is read as several files with an index, where one would be too large', async () => {
    const files = await written({ seed: 1, shardBytes: 10_000 });
    expect([...files.keys()]).toEqual([
      'model-00001-of-00003.safetensors',
      'model-00002-of-00003.safetensors',
      'model-00003-of-00003.safetensors',
      'model.safetensors.index.json',
      'config.json',
    ]);
    const { tensors: found } = await openCheckpoint(memorySource(files));
    const fileOf = (index: number) => found.get(tensors[index]!.name)!.file.name;
    // A file takes one tensor at least, and no other that does not fit.
    expect([0, 1, 2, 3].map(fileOf)).toEqual([0, 1, 2, 2].map((index) => [...files.keys()][index]));
    const whole = await openCheckpoint(memorySource(await written({ seed: 1 })));
    for (const [name, tensor] of found)
      expect(await readWhole(tensor), name).toEqual(await readWhole(whole.tensors.get(name)!));
  });

  it('holds other numbers for another seed', async () => {
    const [one, same, other] = await Promise.all([1, 1, 2].map((seed) => written({ seed })));
    expect(same).toEqual(one);
    expect(other!.get('model.safetensors')).not.toEqual(one!.get('model.safetensors'));
  });
});

describe('the numbers of a tensor', () => {
  const valuesOf = (tensor: PlannedTensor): Float64Array => {
    const pieces = [...piecesOf(tensor, 3)];
    expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBe(bytesOfTensor(tensor));
    const dtype = tensor.dtype === 'BF16' ? 'BF16' : 'F32';
    return Float64Array.from(pieces.flatMap((piece) => [...toFloat32(piece, dtype)]));
  };
  const moments = (values: Float64Array) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
  };

  it.each(['BF16', 'F32'] as const)('have the mean and the deviation that were asked for, in %s', (dtype) => {
    for (const fill of [weights, { mean: 1, deviation: 0.02 }]) {
      const { mean, deviation } = moments(valuesOf({ name: 'x', dtype, shape: [100, 1001], fill }));
      expect(mean).toBeCloseTo(fill.mean, 3);
      // bfloat16 has steps of 0.008 next to 1.
      expect(deviation).toBeCloseTo(fill.deviation, 3);
    }
  });

  it('have the same deviation as codes of MLX', () => {
    const planned = { name: 'a.weight', dtype: 'BF16', shape: [64, 1024], fill: weights } as const;
    const [codes, scales, biases] = mlxTensors([planned], 4, 64);
    const words = [...piecesOf(codes!, 1)].flatMap((piece) => [...new Uint32Array(piece.buffer)]);
    const [s, b] = [valuesOf(scales!), valuesOf(biases!)];
    const values = Float64Array.from({ length: 64 * 1024 }, (_, at) => {
      const group = Math.floor(at / 64);
      return s[group]! * ((words[at >> 3]! >>> (4 * (at % 8))) & 15) + b[group]!;
    });
    const { mean, deviation } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.001);
    expect(deviation).toBeCloseTo(0.02, 3);
  });
});
