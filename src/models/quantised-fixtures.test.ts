// Checkpoints in every quantised layout, read as the app reads them and computed in float64, against results of an
// independent implementation. No GPU: what is tested is how codes, scales and offsets are read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Matrix } from '../engine/matrix.ts';
import { deviation } from '../engine/ops/differences.test-helper.ts';
import { explainReference } from '../engine/reference.ts';
import { attnLrp, cpLrp, gradient } from '../engine/rules.ts';
import { openCheckpoint } from '../load/checkpoint.ts';
import { toFloat32 } from '../load/decode.ts';
import { readJson } from '../load/json.ts';
import { dequantise } from '../load/quantised/dequantise.test-helper.ts';
import { readRows } from '../load/stored-tensor.ts';
import { matchWeights } from '../load/weights.ts';
import { nodeSource } from '../platform/node-source.ts';
import { expectedCases, quantisedFixtureNames } from '../session/fixtures.test-helper.ts';
import { readModel } from './index.ts';
import { listWeights } from './list-weights.ts';
import type { LanguageModel, WeightSpec } from './model.ts';
import { stackedMatrix } from './stacked-matrix.test-helper.ts';

const rules = { attnlrp: attnLrp, 'cp-lrp': cpLrp, 'gradient-x-input': gradient };
// Everything stored is read exactly, and expected values have 12 digits. Scales of bitsandbytes become f32, which rounds
// once (6e-8); gradient × input cancels ten times that.
const toleranceOf = (name: string): number => (name.includes('bnb') ? 2e-6 : 1e-10);

interface ExpectedWeight {
  readonly shape: readonly number[];
  readonly sum: number;
  /** Of (row + 1) · (column + 1) · w. */
  readonly weighted_sum: number;
  /** Eight of the first row. */
  readonly first: readonly number[];
  /** Eight of the last row. */
  readonly last: readonly number[];
}

const folder = (name: string) => join(import.meta.dirname, '../../e2e/fixtures', name);

describe.each(quantisedFixtureNames)('the %s checkpoint', (name) => {
  const tolerance = toleranceOf(name);
  let model: LanguageModel;
  let warnings: readonly string[];
  const weights = new Map<WeightSpec, Matrix>();
  beforeAll(async () => {
    const source = nodeSource(folder(name));
    const read = readModel((await readJson(source, 'config.json'))!);
    model = read.model;
    const matched = await matchWeights(listWeights(model.weights), await openCheckpoint(source));
    warnings = [...read.warnings, ...matched.warnings];
    for (const [spec, tensor] of matched.tensors) {
      const width = tensor.shape.at(-1)!;
      const rows = tensor.shape.length === 1 ? 1 : tensor.shape[0]!;
      const data = Float64Array.from(toFloat32(await readRows(tensor, 0, rows), tensor.dtype));
      weights.set(spec, { rows, width, data });
    }
    for (const [spec, matrix] of matched.quantised)
      weights.set(spec, { rows: matrix.rows, width: matrix.columns, data: await dequantise(matrix, 24) });
    expect(matched.quantised.size).toBeGreaterThan(17);
  });

  test('gives every weight', () => {
    const file = JSON.parse(readFileSync(join(folder(name), 'weights.json'), 'utf8')) as {
      weights: Record<string, ExpectedWeight>;
    };
    const byName = new Map([...weights].map(([spec, matrix]) => [spec.name, matrix]));
    const expected = Object.entries(file.weights);
    expect(expected.length).toBeGreaterThan(17);
    for (const [tensor, { shape, sum, weighted_sum, first, last }] of expected) {
      const { rows, width, data } = byName.get(tensor)!;
      expect([rows, width]).toEqual(shape);
      const ends = [...data.subarray(0, 8), ...data.subarray(-8)];
      expect(deviation(ends, [...first, ...last]), tensor).toBeLessThan(tolerance);
      const weighted = data.map((value, i) => (Math.floor(i / width) + 1) * ((i % width) + 1) * value);
      const closes = (values: Float64Array, wanted: number) => {
        const size = values.reduce((result, value) => result + Math.abs(value), 0);
        const total = values.reduce((result, value) => result + value, 0);
        expect(Math.abs(total - wanted) / size, tensor).toBeLessThan(tolerance);
      };
      closes(data, sum);
      closes(weighted, weighted_sum);
    }
  });

  test('says nothing but what other programs compute otherwise', () => {
    const roundsActivations = name.endsWith('compressed-int8');
    expect(warnings).toEqual(roundsActivations ? [expect.stringContaining('activations rounded')] : []);
  });

  test.each(expectedCases(name))('explains $name', (expected) => {
    const result = explainReference(
      (ops) =>
        model.bind(
          ops,
          stackedMatrix((spec) => weights.get(spec)!),
        ),
      expected.ids,
      (logits) => new Float64Array(logits.length).fill(1, expected.target.id, expected.target.id + 1),
      rules[expected.method],
    );
    const logits = expected.top.map(({ id }) => result.logits[id]!);
    const found = [
      deviation(
        logits,
        expected.top.map(({ logit }) => logit),
      ),
      deviation(result.relevance, expected.relevance),
    ];
    expect(Math.max(...found)).toBeLessThan(tolerance);
  });
});
