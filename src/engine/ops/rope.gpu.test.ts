import { describe, expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import type { Matrix } from '../matrix.ts';
import type { Rotation } from '../ops.ts';
import { attnLrp } from '../rules.ts';
import { checkOp, tolerance, upload } from './check-op.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import * as reference from './rope.reference.ts';
import { createRotationTable, rope } from './rope.ts';

const gpu = useGpu();

function rotationOf(headSize: number, base: number): Rotation {
  const inverseFrequencies = Float64Array.from({ length: headSize / 2 }, (_, i) => base ** ((-2 * i) / headSize));
  return { headSize, inverseFrequencies };
}

describe('rotary embedding', () => {
  it.each([
    [1, 4, 1],
    [9, 20, 3],
    [33, 64, 5],
    [65, 128, 2],
  ])('of %i rows with heads of %i equals its reference', async (rows, headSize, heads) => {
    const rotation = rotationOf(headSize, 10_000);
    const table = createRotationTable(gpu(), rotation, rows);
    const inputs = [randomMatrix(rows, rows, heads * headSize)] as const;
    const options = { table, firstPosition: 0 };
    await checkOp(gpu(), { op: rope, options, reference, parameters: rotation, inputs, label: `${rows} rows` });
  });

  it('turns rows after a cache by the positions they stand at, however far', async () => {
    const [first, rows, width] = [4090, 6, 3 * 16];
    const rotation = rotationOf(16, 500_000);
    const table = createRotationTable(gpu(), rotation, first + rows);
    const x = randomMatrix(1, rows, width);
    const padded: Matrix = { rows: first + rows, width, data: new Float64Array((first + rows) * width) };
    padded.data.set(x.data, first * width);
    const expected = reference.forward([padded], rotation).data.slice(first * width);
    await gpu().scopeAsync(async () => {
      const { output } = rope.forward(gpu(), [upload(gpu(), x)], { table, firstPosition: first });
      expect(deviation(await gpu().readFloats(output), expected)).toBeLessThan(tolerance);
    });
  });

  it('is undone by its way back: a rotation there and the opposite one', async () => {
    const table = createRotationTable(gpu(), rotationOf(8, 100), 40);
    const x = randomMatrix(2, 17, 24);
    await gpu().scopeAsync(async () => {
      const options = { table, firstPosition: 23 };
      const { output, saved } = rope.forward(gpu(), [upload(gpu(), x)], options);
      const [back] = rope.relevance({ gpu: gpu(), rules: attnLrp, ledger: null }, output, saved, options);
      expect(deviation(await gpu().readFloats(output), x.data)).toBeGreaterThan(0.1);
      expect(deviation(await gpu().readFloats(back!), x.data)).toBeLessThan(tolerance);
    });
  });

  it('refuses positions beyond its table', () => {
    const table = createRotationTable(gpu(), rotationOf(8, 100), 40);
    gpu().scope(() => {
      const x = upload(gpu(), randomMatrix(3, 2, 8));
      expect(() => rope.forward(gpu(), [x], { table, firstPosition: 39 })).toThrow('has 41 tokens, but only 40 fit');
    });
  });
});
