import { describe, expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import { at, generate, type Matrix } from '../matrix.ts';
import { attnLrp, cpLrp, gradient, type Rules } from '../rules.ts';
import type { Tensor } from '../tensor.ts';
import type { Weight } from '../weight.ts';
import { checkOp, tolerance, upload } from './check-op.test-helper.ts';
import { gammaRelevance } from './linear-gamma.ts';
import * as reference from './linear-gamma.reference.ts';
import { linear } from './linear.ts';
import { multiplyBack } from './products.ts';
import { randomMatrix } from './random.test-helper.ts';
import { storedWeight } from './stored-weight.test-helper.ts';

const gpu = useGpu();
// The command line takes gammas from 0, which is the epsilon rule, to a million.
const gammas = [0.05, 0.25, 1, 100, 1e6, 0];
const formats = ['F32', 'F16', 'BF16'] as const;
const outputs = [1, 3, 127, 128, 129, 300];
const columns = [1, 5, 172, 203];

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly outputs: number;
  readonly gamma: number;
  readonly format: (typeof formats)[number];
  readonly biased: boolean;
  readonly sharded: boolean;
}

const rulesOf = (gamma: number): Record<string, Rules> => ({
  'CP-LRP': { ...cpLrp, linear: [['mlp', gamma]] },
  // A gradient has no gamma, also where the layer has a site.
  gradient,
});

/** x, weight and bias come from `shape`, or from what `change` makes of them. */
async function check(shape: Shape, change: (matrix: Matrix) => Matrix = (matrix) => matrix): Promise<void> {
  const { gamma } = shape;
  const seed = shape.rows * 1000 + shape.columns;
  const x = change(randomMatrix(seed, shape.rows, shape.columns));
  // Few enough rows to a shard that there are several, and a last one that is not full.
  const rowBytes = Math.ceil(shape.columns / 8) * 8 * (shape.format === 'F32' ? 4 : 2);
  const shardBytes = shape.sharded ? rowBytes * Math.ceil(shape.outputs / 3.5) : undefined;
  const stored = randomMatrix(seed + 1, shape.outputs, shape.columns);
  const { weight, decoded } = await storedWeight(gpu(), stored, shape.format, shardBytes);
  if (shape.sharded && shape.outputs > 3) expect(weight.shards).toHaveLength(4);
  const bias = shape.biased ? await storedWeight(gpu(), randomMatrix(seed + 2, 1, shape.outputs)) : undefined;
  await checkOp(gpu(), {
    op: linear,
    options: { weight, bias: bias?.weight, site: 'mlp' },
    reference,
    parameters: { weight: decoded, bias: bias?.decoded, gamma },
    inputs: [x] as const,
    label: JSON.stringify(shape),
    rules: rulesOf(gamma),
  });
}

describe('the gamma rule equals its reference', () => {
  // Every pair of rows and outputs; the other choices rotate so that each meets each.
  it.each([1, 2, 7, 8, 9, 16, 17, 33])('on %i rows', async (rows) => {
    for (const [turn, out] of outputs.entries()) {
      await check({
        rows,
        outputs: out,
        columns: columns[(rows + 3 * turn) % 4]!,
        gamma: gammas[(rows + turn) % 6]!,
        format: formats[(rows + turn) % 3]!,
        biased: ((rows >> 1) + turn) % 2 === 0,
        sharded: (rows + (turn >> 1)) % 2 === 0,
      });
    }
  });

  it.each(gammas)('with gamma %d, a bias or none, every format, one shard or many', async (gamma) => {
    for (const format of formats) {
      for (const biased of [false, true]) {
        for (const sharded of [false, true]) {
          await check({ rows: 9, columns: 43, outputs: 37, gamma, format, biased, sharded });
        }
      }
    }
  });
});

describe('the gamma rule keeps its digits', () => {
  const changes: readonly (readonly [string, (value: number, row: number) => number])[] = [
    ['positive inputs only, as pixels can be', Math.abs],
    ['negative inputs only', (value) => -Math.abs(value)],
    ['rows of one sign each', (value, row) => (row % 2 === 0 ? Math.abs(value) : -Math.abs(value))],
    ['inputs of which many are 0, and whole rows', (value, row) => (row === 1 ? 0 : Math.max(value, 0))],
    ['very small inputs', (value) => value * 2 ** -40],
    ['very large inputs', (value) => value * 2 ** 40],
  ];
  it.each(changes)('on %s', async (_label, entry) => {
    const change = (matrix: Matrix) => generate(matrix.rows, matrix.width, (r, c) => entry(at(matrix, r, c), r));
    for (const gamma of [0.05, 100]) {
      for (const biased of [false, true]) {
        await check({ rows: 4, columns: 50, outputs: 21, gamma, format: 'F32', biased, sharded: false }, change);
      }
    }
  });
});

/** What a layer without bias saves. */
function inAndOut(x: Matrix, weight: Weight): { readonly x: Tensor; readonly y: Tensor } {
  const input = upload(gpu(), x);
  return { x: input, y: linear.forward(gpu(), [input], { weight }).output };
}

it('gives an input of 0 the multiplier of a positive one', async () => {
  const stored = randomMatrix(1, 6, 10);
  const { weight } = await storedWeight(gpu(), stored);
  // So close to 0 that no output feels it.
  const inputs = [0, -0, 2 ** -60].map((value) =>
    generate(2, 10, (row, column) => (column === 3 ? value : 1 + row + column)),
  );
  const g = randomMatrix(2, 2, 6);
  await gpu().scopeAsync(async () => {
    const context = { gpu: gpu(), rules: cpLrp, ledger: null };
    const found = await Promise.all(
      inputs.map((x) =>
        gpu().readFloats(gammaRelevance(context, upload(gpu(), g), inAndOut(x, weight), { weight, gamma: 0.5 })),
      ),
    );
    expect(found[0]).toEqual(found[2]);
    expect(found[1]).toEqual(found[2]);
  });
});

it('gives nothing through an output of exactly 0, and everything else through the others', async () => {
  const rows: Matrix = { rows: 2, width: 2, data: Float64Array.of(1, -1, 1, 1) };
  const { weight } = await storedWeight(gpu(), rows);
  await gpu().scopeAsync(async () => {
    const context = { gpu: gpu(), rules: cpLrp, ledger: null };
    const ones = upload(gpu(), { rows: 1, width: 2, data: Float64Array.of(5, 7) });
    const layer = inAndOut({ rows: 1, width: 2, data: Float64Array.of(2, 2) }, weight);
    // y = (0, 4): all of the second row's products have its sign.
    expect([...(await gpu().readFloats(gammaRelevance(context, ones, layer, { weight, gamma: 1 })))]).toEqual([7, 7]);
  });
});

it('tends to the epsilon rule as gamma goes to 0', async () => {
  const { weight } = await storedWeight(gpu(), randomMatrix(3, 33, 70));
  await gpu().scopeAsync(async () => {
    const g = upload(gpu(), randomMatrix(4, 5, 33));
    const layer = inAndOut(randomMatrix(5, 5, 70), weight);
    const context = { gpu: gpu(), rules: attnLrp, ledger: null };
    const expected = await gpu().readFloats(multiplyBack(gpu(), g, weight));
    for (const gamma of [0, 1e-9]) {
      const found = await gpu().readFloats(gammaRelevance(context, g, layer, { weight, gamma }));
      expect(deviation(found, expected), `gamma ${gamma}`).toBeLessThan(tolerance);
    }
  });
});
