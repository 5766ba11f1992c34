import { expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import { generate } from '../matrix.ts';
import { checkOp, tolerance, upload } from './check-op.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import * as reference from './rms-norm.reference.ts';
import { rmsNorm } from './rms-norm.ts';
import { storedWeight } from './stored-weight.test-helper.ts';

const gpu = useGpu();

it.each([
  ['whole rows narrower than a workgroup', 5, 7, 1, 1e-5],
  ['whole rows as wide as a workgroup', 3, 64, 1, 1e-6],
  ['whole rows that leave lanes over', 9, 172, 1, 1e-5],
  ['one wide row', 1, 577, 1, 1e-5],
  ['each head by itself', 6, 20, 4, 1e-6],
  ['single columns', 4, 1, 3, 1e-2],
] as const)('norms %s as the reference does', async (label, rows, width, heads, epsilon) => {
  const { weight, decoded } = await storedWeight(gpu(), randomMatrix(1, 1, width * heads));
  const options = { weight, epsilon, width };
  const parameters = { weight: decoded, epsilon, width };
  // As wide as the weight; and with columns behind it that stay as they are.
  for (const others of [0, 2]) {
    const inputs = [randomMatrix(2, rows, width * (heads + others))] as const;
    await checkOp(gpu(), { op: rmsNorm, options, reference, parameters, inputs, label: `${label}, ${others} others` });
  }
});

it('keeps rows of zeros and very small rows finite', async () => {
  const { weight, decoded } = await storedWeight(gpu(), randomMatrix(3, 1, 70));
  const random = randomMatrix(4, 3, 70);
  const scales = [0, 2 ** -60, 2 ** 40];
  const x = generate(3, 70, (row, column) => scales[row]! * random.data[row * 70 + column]!);
  const epsilon = 1e-6;
  await gpu().scopeAsync(async () => {
    const { output } = rmsNorm.forward(gpu(), [upload(gpu(), x)], { weight, epsilon });
    const expected = reference.forward([x], { weight: decoded, epsilon });
    const found = await gpu().readFloats(output);
    for (let row = 0; row < 3; row++) {
      const part = expected.data.subarray(row * 70, (row + 1) * 70);
      expect(deviation(found.subarray(row * 70, (row + 1) * 70), part), `row ${row}`).toBeLessThan(tolerance);
    }
  });
});

it('norms more groups than workgroups fit in one dimension', async () => {
  const size = 2;
  const groups = 65_535 + 70;
  const { weight, decoded } = await storedWeight(gpu(), randomMatrix(5, 1, 5 * size));
  const x = randomMatrix(6, groups / 5, 5 * size);
  await gpu().scopeAsync(async () => {
    const options = { weight, epsilon: 1e-5, width: size };
    const { output } = rmsNorm.forward(gpu(), [upload(gpu(), x)], options);
    const expected = reference.forward([x], { weight: decoded, epsilon: 1e-5, width: size });
    expect(deviation(await gpu().readFloats(output), expected.data)).toBeLessThan(tolerance);
  });
});

it('refuses heads that do not divide a row, and weights that are wider than it', async () => {
  const { weight } = await storedWeight(gpu(), randomMatrix(7, 1, 16));
  gpu().scope(() => {
    const refused = (width: number) => () =>
      rmsNorm.forward(gpu(), [upload(gpu(), randomMatrix(8, 2, width))], { weight, epsilon: 1e-5 });
    expect(refused(40)).toThrow('16 values for groups of 16, which does not fit rows of 40');
    expect(refused(8)).toThrow('16 values for groups of 16, which does not fit rows of 8');
  });
});
