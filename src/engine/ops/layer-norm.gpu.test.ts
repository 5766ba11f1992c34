import { describe, expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import { generate, type Matrix } from '../matrix.ts';
import { attnLrp, type Rules } from '../rules.ts';
import { checkOp, tolerance, upload } from './check-op.test-helper.ts';
import * as reference from './layer-norm.reference.ts';
import { layerNorm } from './layer-norm.ts';
import { randomMatrix } from './random.test-helper.ts';
import { storedWeight } from './stored-weight.test-helper.ts';

const gpu = useGpu();
const whole = { whole: { ...attnLrp, norm: 'whole' } } as const;

async function parametersOf(width: number, epsilon: number) {
  const weight = await storedWeight(gpu(), randomMatrix(1, 1, width));
  const bias = await storedWeight(gpu(), randomMatrix(2, 1, width));
  const parameters = { weight: weight.decoded, bias: bias.decoded, epsilon };
  return { options: { weight: weight.weight, bias: bias.weight, epsilon }, parameters };
}

async function check(label: string, x: Matrix, epsilon: number, rules?: Readonly<Record<string, Rules>>) {
  const common = { op: layerNorm, reference, inputs: [x] as const, label, ...(await parametersOf(x.width, epsilon)) };
  await checkOp(gpu(), rules ? { ...common, rules } : common);
}

const ragged = [
  ['rows narrower than a workgroup', 5, 7, 1e-6],
  ['rows as wide as a workgroup', 3, 64, 1e-12],
  ['rows that leave lanes over', 9, 172, 1e-6],
  ['the rows of ViT-Tiny', 33, 192, 1e-6],
  ['one wide row', 1, 769, 1e-5],
] as const;

it.each(ragged)('norms %s as the reference does', (label, rows, width, epsilon) =>
  check(label, randomMatrix(rows, rows, width), epsilon),
);

it.each(ragged)('read as one whole, hands %s on unchanged', (label, rows, width, epsilon) =>
  check(label, randomMatrix(rows, rows, width), epsilon, whole),
);

describe('keeps its digits', () => {
  const random = randomMatrix(3, 4, 70);
  const from = (entry: (value: number) => number): Matrix =>
    generate(4, 70, (row, column) => Math.fround(entry(random.data[row * 70 + column]!)));

  it.each([
    ['rows of positive numbers only', from(Math.abs)],
    ['rows of negative numbers only', from((value) => -Math.abs(value))],
    ['rows far from 0', from((value) => 500 + value)],
    ['very small rows', from((value) => value * 2 ** -40)],
    ['very large rows', from((value) => value * 2 ** 40)],
  ])('in %s', (label, x) => check(label, x, 1e-6));

  it('in rows of equal numbers, of which the bias is left', async () => {
    const constants = [0, 0.1, -1234.567, 2 ** -60];
    const x = generate(4, 70, (row) => Math.fround(constants[row]!));
    const { options, parameters } = await parametersOf(70, 1e-12);
    await gpu().scopeAsync(async () => {
      const { output } = layerNorm.forward(gpu(), [upload(gpu(), x)], options);
      const expected = generate(4, 70, (_, column) => parameters.bias.data[column]!);
      expect(deviation(await gpu().readFloats(output), expected.data)).toBeLessThan(tolerance);
    });
  });
});

it('read as one whole, gives an input of 0 the multiplier 0', async () => {
  const x = generate(2, 9, (row, column) => (row === 0 || column === 4 ? 0 : column - 3.5));
  const { options, parameters } = await parametersOf(9, 1e-6);
  const g = randomMatrix(4, 2, 9);
  const y = reference.forward([x], parameters);
  const expected = g.data.map((value, i) => (x.data[i] === 0 ? 0 : (value * y.data[i]!) / x.data[i]!));
  await gpu().scopeAsync(async () => {
    const { saved } = layerNorm.forward(gpu(), [upload(gpu(), x)], options);
    const context = { gpu: gpu(), rules: whole.whole, ledger: null };
    const [g_x] = layerNorm.relevance(context, upload(gpu(), g), saved, options);
    expect(deviation(await gpu().readFloats(g_x!), expected)).toBeLessThan(tolerance);
  });
});

it('refuses an input of another width, and names the weight', async () => {
  const { options } = await parametersOf(16, 1e-6);
  gpu().scope(() => {
    const x = upload(gpu(), randomMatrix(5, 2, 15));
    expect(() => layerNorm.forward(gpu(), [x], options)).toThrow('F32 weight has shape [2, 15], expected [2, 16]');
  });
});
