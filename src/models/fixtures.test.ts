// The float64 reference on whole checkpoints, read as the app reads them, against results of an independent
// implementation. No GPU: this is the ground the GPU is measured against.
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Matrix } from '../engine/matrix.ts';
import { deviation } from '../engine/ops/differences.test-helper.ts';
import { explainReference } from '../engine/reference.ts';
import { attnLrp, cpLrp, gradient } from '../engine/rules.ts';
import { openCheckpoint } from '../load/checkpoint.ts';
import { toFloat32 } from '../load/decode.ts';
import { readJson } from '../load/json.ts';
import { readRows } from '../load/stored-tensor.ts';
import { matchWeights, type FloatTensor } from '../load/weights.ts';
import { nodeSource } from '../platform/node-source.ts';
import { expectedCases, fixtureNames } from '../session/fixtures.test-helper.ts';
import { readModel } from './index.ts';
import { listWeights } from './list-weights.ts';
import type { LanguageModel, WeightSpec } from './model.ts';
import { stackedMatrix } from './stacked-matrix.test-helper.ts';

const rules = { attnlrp: attnLrp, 'cp-lrp': cpLrp, 'gradient-x-input': gradient };
// Float64 throughout; the expected values carry 12 digits, those of the layers 8.
const tolerance = 1e-10;
const layerTolerance = 1e-7;

describe.each(fixtureNames)('the float64 reference of the %s checkpoint', (name) => {
  let model: LanguageModel;
  const weights = new Map<WeightSpec, Matrix>();
  beforeAll(async () => {
    const source = nodeSource(join(import.meta.dirname, '../../e2e/fixtures', name));
    model = readModel((await readJson(source, 'config.json'))!).model;
    const matched = await matchWeights(listWeights(model.weights), await openCheckpoint(source));
    expect(matched.warnings).toEqual([]);
    for (const [spec, tensor] of matched.tensors) weights.set(spec, await read(tensor));
  });

  test.each(expectedCases(name))('explains $name', (expected) => {
    const result = explainReference(
      (ops) =>
        model.bind(
          ops,
          stackedMatrix((spec) => weights.get(spec)!),
        ),
      expected.ids,
      (logits) => {
        const seed = new Float64Array(logits.length);
        seed[expected.target.id] = 1;
        if (expected.contrast) seed[expected.contrast.id] = -1;
        return seed;
      },
      rules[expected.method],
    );
    const logits = expected.top.map(({ id }) => result.logits[id]!);
    const wanted = expected.top.map(({ logit }) => logit);
    expect(deviation(logits, wanted)).toBeLessThan(tolerance);
    expect(deviation(result.relevance, expected.relevance)).toBeLessThan(tolerance);
    expected.residual?.forEach((line, layer) =>
      expect(deviation(result.layers[layer]!, line), `layer ${layer}`).toBeLessThan(layerTolerance),
    );
    const { score, inputs, softmax = null, biases = null } = expected.ledger;
    const { ledger } = result;
    expect([ledger.softmax === null, ledger.biases === null]).toEqual([softmax === null, biases === null]);
    const booked = [ledger.score, ledger.inputs, ledger.softmax ?? 0, ledger.biases ?? 0];
    expect(deviation(booked, [score, inputs, softmax ?? 0, biases ?? 0])).toBeLessThan(tolerance);
  });
});

async function read(tensor: FloatTensor): Promise<Matrix> {
  const width = tensor.shape.at(-1)!;
  const rows = tensor.shape.length === 1 ? 1 : tensor.shape[0]!;
  return { rows, width, data: Float64Array.from(toFloat32(await readRows(tensor, 0, rows), tensor.dtype)) };
}
