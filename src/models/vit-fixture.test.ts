// The float64 reference on a whole checkpoint, read as the app reads it, against results of an independent
// implementation.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Matrix } from '../engine/matrix.ts';
import { deviation } from '../engine/ops/differences.test-helper.ts';
import { explainImageReference } from '../engine/reference.ts';
import { recipes, type Recipe } from '../engine/rules.ts';
import { fitImage, normalise } from '../image/preprocess.ts';
import { unfold } from '../image/unfold.ts';
import { openCheckpoint } from '../load/checkpoint.ts';
import { readRows } from '../load/stored-tensor.ts';
import { toFloat32 } from '../load/decode.ts';
import { readJson } from '../load/json.ts';
import { matchWeights, type FloatTensor } from '../load/weights.ts';
import { readImage } from '../platform/node-image.ts';
import { nodeSource } from '../platform/node-source.ts';
import { listWeights } from './list-weights.ts';
import type { ImageModel, WeightSpec } from './model.ts';
import { readImageModel } from './vit-read.ts';
import { stackedMatrix } from './stacked-matrix.test-helper.ts';

interface ExpectedCase {
  readonly name: string;
  readonly image: string;
  readonly recipe: Recipe;
  readonly target: { readonly id: number };
  readonly top: readonly { readonly id: number; readonly label: string; readonly logit: number }[];
  readonly patches: readonly number[];
  readonly token_relevance: readonly number[];
  readonly ledger: Readonly<Record<'score' | 'inputs' | 'softmax' | 'biases' | 'positions' | 'cls', number>>;
}

const folder = join(import.meta.dirname, '../../e2e/fixtures/vit-hf');
const cases = (JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as { cases: ExpectedCase[] }).cases;
// Float64 throughout, but for the pixels, which are float32 as on the GPU.
const tolerance = 1e-7;

let model: ImageModel;
const weights = new Map<WeightSpec, Matrix>();
beforeAll(async () => {
  const source = nodeSource(folder);
  const checkpoint = await openCheckpoint(source);
  const read = readImageModel({
    config: (await readJson(source, 'config.json'))!,
    processor: await readJson(source, 'preprocessor_config.json'),
    tensors: checkpoint.tensors.keys(),
  });
  model = read.model;
  const matched = await matchWeights(listWeights(model.weights), checkpoint);
  expect([...read.warnings, ...matched.warnings]).toEqual([]);
  for (const [spec, tensor] of matched.tensors) weights.set(spec, await matrixOf(tensor));
});

test.each(cases)('explains $name', async (expected) => {
  const seen = fitImage(await readImage(join(folder, expected.image)), model.image, model.preprocessing);
  const data = Float64Array.from(unfold(normalise(seen, model.preprocessing), model.image, model.patchSize));
  const width = model.image.channels * model.patchSize ** 2;
  const result = explainImageReference(
    (ops) =>
      model.bind(
        ops,
        stackedMatrix((spec) => weights.get(spec)!),
      ),
    { rows: data.length / width, width, data },
    (logits) => logits.map((_, id) => (id === expected.target.id ? 1 : 0)),
    recipes[expected.recipe],
  );
  const logits = expected.top.map(({ id }) => result.logits[id]!);
  const wanted = expected.top.map(({ logit }) => logit);
  expect(deviation(logits, wanted)).toBeLessThan(tolerance);
  expect(expected.top.map(({ id }) => model.labels![id])).toEqual(expected.top.map(({ label }) => label));
  expect(deviation(result.relevance, expected.patches)).toBeLessThan(tolerance);
  expect(deviation(result.embedded, expected.token_relevance)).toBeLessThan(tolerance);
  const keys = ['score', 'inputs', 'softmax', 'biases', 'positions', 'cls'] as const;
  const ledger = (from: Readonly<Record<string, number | null>>) => keys.map((key) => from[key]!);
  expect(deviation(ledger(result.ledger), ledger(expected.ledger))).toBeLessThan(tolerance);
});

async function matrixOf(tensor: FloatTensor): Promise<Matrix> {
  const width = tensor.shape.at(-1)!;
  const rows = tensor.shape.length === 1 ? 1 : tensor.shape[0]!;
  return { rows, width, data: Float64Array.from(toFloat32(await readRows(tensor, 0, rows), tensor.dtype)) };
}
