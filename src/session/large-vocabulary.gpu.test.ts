// Vocabularies of 128 k and 256 k under bindings of 1 MiB: the embedding in many row shards, kept as it is stored, once
// for both ends of the model. What the whole model computes is held against float64 on the few rows that it meets.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decoderTensors, mlxTensors } from '../bench/checkpoints/model-tensors.ts';
import type { PlannedTensor } from '../bench/checkpoints/planned-tensor.ts';
import { writeCheckpoint } from '../bench/checkpoints/write-checkpoint.ts';
import { memoryFolder } from '../bench/checkpoints/memory-folder.test-helper.ts';
import { deviation } from '../engine/gpu.test-helper.ts';
import type { Matrix } from '../engine/matrix.ts';
import { explainReference } from '../engine/reference.ts';
import { attnLrp } from '../engine/rules.ts';
import { explain } from '../explain/explain.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import { Generator } from '../generate/generator.ts';
import { openCheckpoint } from '../load/checkpoint.ts';
import { toFloat32 } from '../load/decode.ts';
import { memorySource } from '../load/memory-source.ts';
import { dequantise } from '../load/quantised/dequantise.test-helper.ts';
import type { Source } from '../load/source.ts';
import { readRows } from '../load/stored-tensor.ts';
import { matchWeights } from '../load/weights.ts';
import { countedGpu, type Counted } from '../memory/counted-gpu.test-helper.ts';
import { readModel } from '../models/index.ts';
import { listWeights } from '../models/list-weights.ts';
import type { JsonObject, LanguageModel, WeightSpec } from '../models/model.ts';
import { openModel } from './open-model.ts';
import { greedy } from './session.ts';
import { stackedMatrix } from '../models/stacked-matrix.test-helper.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const binding = 2 ** 20;
const width = 640;
// Heads as in the fixtures, whose kernels are compiled already.
const config = (vocabulary: number): JsonObject => ({
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_act: 'silu',
  hidden_size: width,
  head_dim: 16,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  num_hidden_layers: 1,
  intermediate_size: 160,
  rms_norm_eps: 1e-5,
  max_position_embeddings: 512,
  tie_word_embeddings: true,
  vocab_size: vocabulary,
});

const mlx = { group_size: 32, bits: 4 };
const cases = [
  {
    title: '256,000 tokens in codes of 4 bits',
    vocabulary: 256_000,
    settings: { quantization: mlx },
    tensors: (tensors: readonly PlannedTensor[]) => mlxTensors(tensors, mlx.bits, mlx.group_size),
    // Codes, and a word of scale and offset for every 32 of them.
    rowBytes: width / 2 + (width / 32) * 4,
    // Of codes, which take more than their groups.
    shardRows: Math.floor(binding / (width / 2)),
  },
  {
    title: '128,256 tokens in BF16',
    vocabulary: 128_256,
    settings: {},
    tensors: (tensors: readonly PlannedTensor[]) => tensors,
    rowBytes: width * 2,
    shardRows: Math.floor(binding / (width * 2)),
  },
];

describe.each(cases)('a vocabulary of $title', ({ vocabulary, settings, tensors, rowBytes, shardRows }) => {
  let counted: Counted;
  let source: Source;
  let loaded: LoadedModel;
  let taken: number;
  beforeAll(async () => {
    const shape = config(vocabulary);
    const { folder, files } = memoryFolder();
    const plan = { name: '', after: '', files: { 'config.json': { ...shape, ...settings } } };
    await writeCheckpoint(folder, { ...plan, tensors: tensors(decoderTensors(shape)) }, { seed: 1 });
    source = memorySource(files());
    counted = await countedGpu();
    counted.gpu.bindingCap = binding;
    const before = counted.held.bytes;
    const opened = await openModel(counted.gpu, source, {});
    if (opened.kind !== 'language') throw new Error('no language model');
    loaded = opened.loaded;
    taken = counted.held.bytes - before;
  });
  afterAll(() => {
    loaded.destroy();
    counted.gpu.destroy();
  });

  it('is on the GPU once, as it is stored, in shards below the limit', () => {
    const head = loaded.weight(loaded.model.head);
    expect(head.shards).toHaveLength(Math.ceil(vocabulary / shardRows));
    for (const { storage, groups } of head.shards)
      expect(Math.max(storage.bytes, groups?.bytes ?? 0)).toBeLessThanOrEqual(binding);
    expect(taken).toBe(loaded.weightBytes);
    const table = vocabulary * rowBytes;
    expect(taken).toBeGreaterThanOrEqual(table);
    // The one layer is small beside it; a second copy would not be.
    expect(taken).toBeLessThan(1.03 * table);
  });

  it('gives the logits and relevances of float64, at the ends of its shards', async () => {
    const target = vocabulary - 1;
    const ids = [0, shardRows - 1, shardRows, 2 * shardRows + 7, vocabulary - 2];
    const picked = [...ids, target, shardRows * 3 - 1, Math.floor(vocabulary / 2)];
    const request = { ids, target, contrast: null, scalar: 'logit', method: 'attnlrp' } as const;
    const found = await explain(loaded, request);
    const { model, weights } = await modelOfRows(source, config(vocabulary), picked);
    const expected = explainReference(
      (ops) =>
        model.bind(
          ops,
          stackedMatrix((spec) => weights.get(spec)!),
        ),
      ids.map((_, index) => index),
      (logits) => new Float64Array(logits.length).fill(1, ids.length, ids.length + 1),
      attnLrp,
    );
    const logits = picked.map((id) => found.logits[id]!);
    expect(deviation(logits, expected.logits)).toBeLessThan(1e-4);
    expect(deviation(found.relevance, expected.relevance)).toBeLessThan(1e-4);
    const { softmax, biases, router } = found.absorbed!;
    const total = found.relevance.reduce((sum, value) => sum + value, softmax + biases + router);
    expect(Math.abs(found.score - total)).toBeLessThan(1e-4 * Math.abs(found.score));
  });

  it('is written from: the likeliest of all tokens comes next', async () => {
    const ids = [vocabulary - 2, 5, shardRows];
    const request = { ids, target: null, contrast: null, scalar: 'centred-logit', method: 'attnlrp' } as const;
    const { logits, score } = await explain(loaded, request);
    const likeliest = logits.indexOf(Math.max(...chunks(logits).map((some) => Math.max(...some))));
    const mean = logits.reduce((sum, logit) => sum + logit, 0) / vocabulary;
    expect(score).toBeCloseTo(logits[likeliest]! - mean, 4);
    const generator = new Generator(loaded);
    const generated = await generator.generate({ ids, maxTokens: 2, sampling: greedy, endOfText: [] });
    generator.destroy();
    expect(generated.ids[0]).toBe(likeliest);
  });
});

/** Math.max takes only so many arguments. */
const chunks = (values: Float32Array): Float32Array[] =>
  Array.from({ length: Math.ceil(values.length / 10_000) }, (_, index) =>
    values.subarray(index * 10_000, (index + 1) * 10_000),
  );

/** The model of a folder with those rows of the embedding alone, in that order, in float64. */
async function modelOfRows(
  source: Source,
  shape: JsonObject,
  rows: readonly number[],
): Promise<{ readonly model: LanguageModel; readonly weights: ReadonlyMap<WeightSpec, Matrix> }> {
  const { model } = readModel({ ...shape, vocab_size: rows.length });
  const whole = readModel(shape).model;
  const specs = listWeights(whole.weights);
  const { tensors, quantised } = await matchWeights(specs, await openCheckpoint(source));
  const rowOf = async (spec: WeightSpec, row: number): Promise<ArrayLike<number>> => {
    const [matrix, tensor] = [quantised.get(spec), tensors.get(spec)];
    if (tensor) return toFloat32(await readRows(tensor, row, row + 1), tensor.dtype);
    const readCodes = () => matrix!.readCodes(row, row + 1);
    return dequantise({ ...matrix!, rows: 1, readCodes, readGroups: () => matrix!.readGroups(row, row + 1) });
  };
  const weights = new Map<WeightSpec, Matrix>();
  // Both lists are in the order of the same tree.
  for (const [index, cut] of listWeights(model.weights).entries()) {
    const spec = specs[index]!;
    const count = spec.shape.length === 1 ? 1 : spec.shape[0]!;
    const wanted = spec === whole.head ? rows : Array.from({ length: count }, (_, row) => row);
    const width = spec.shape.at(-1)!;
    const data = new Float64Array(wanted.length * width);
    for (const [at, row] of wanted.entries()) data.set(await rowOf(spec, row), at * width);
    weights.set(cut, { rows: wanted.length, width, data });
  }
  return { model, weights };
}
