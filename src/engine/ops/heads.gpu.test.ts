import { describe, expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import { at, generate, type Matrix } from '../matrix.ts';
import type { Rotation } from '../ops.ts';
import { attnLrp } from '../rules.ts';
import { tolerance, upload } from './check-op.test-helper.ts';
import * as columns from './columns.reference.ts';
import { heads, takeHeads } from './heads.ts';
import { randomMatrix } from './random.test-helper.ts';
import * as rope from './rope.reference.ts';
import { createRotationTable } from './rotation-table.ts';

const gpu = useGpu();

interface Shape {
  readonly rows: number;
  readonly headSize: number;
  readonly heads: number;
  readonly keyValueHeads: number;
}

function rotationOf(headSize: number, base: number): Rotation {
  const inverseFrequencies = Float64Array.from({ length: headSize / 2 }, (_, i) => base ** ((-2 * i) / headSize));
  return { headSize, inverseFrequencies };
}

/** First column and number of columns of queries, keys and values. */
const parts = ({ headSize, heads, keyValueHeads }: Shape) => {
  const [queries, keys] = [heads * headSize, keyValueHeads * headSize];
  return [
    { first: 0, count: queries },
    { first: queries, count: keys },
    { first: queries + keys, count: keys },
  ] as const;
};
const widthOf = ({ headSize, heads, keyValueHeads }: Shape): number => (heads + 2 * keyValueHeads) * headSize;
const take = (x: Matrix, part: { first: number; count: number }): Matrix => columns.forward([x], part);

/** q and k turned, v as it was. */
function expectedHeads(x: Matrix, shape: Shape, rotation: Rotation): Matrix[] {
  const [q, k, v] = parts(shape).map((part) => take(x, part)) as [Matrix, Matrix, Matrix];
  return [rope.forward([q], rotation), rope.forward([k], rotation), v];
}

const texts: readonly Shape[] = [
  { rows: 1, headSize: 4, heads: 1, keyValueHeads: 1 },
  { rows: 9, headSize: 20, heads: 6, keyValueHeads: 3 },
  { rows: 33, headSize: 64, heads: 5, keyValueHeads: 1 },
  { rows: 65, headSize: 128, heads: 2, keyValueHeads: 2 },
];

describe('query, key and value heads', () => {
  it.each(texts)('come apart as the reference has them: $rows rows, heads of $headSize', async (shape) => {
    const rotation = rotationOf(shape.headSize, 10_000);
    const options = { table: createRotationTable(gpu(), rotation, shape.rows), shape };
    const x = randomMatrix(shape.rows, shape.rows, widthOf(shape));
    await gpu().scopeAsync(async () => {
      const { output, saved } = heads.forward(gpu(), [upload(gpu(), x)], options);
      expect(saved).toEqual([]);
      for (const [index, expected] of expectedHeads(x, shape, rotation).entries()) {
        expect([output[index]!.rows, output[index]!.width]).toEqual([expected.rows, expected.width]);
        expect(deviation(await gpu().readFloats(output[index]!), expected.data)).toBeLessThan(tolerance);
      }
    });
  });

  it.each(texts)('hand back their multipliers to where they came from: $rows rows', async (shape) => {
    const rotation = rotationOf(shape.headSize, 500);
    const options = { table: createRotationTable(gpu(), rotation, shape.rows), shape };
    const all = randomMatrix(7, shape.rows, widthOf(shape));
    const multipliers = parts(shape).map((part) => take(all, part));
    const [g_q, g_k, g_v] = multipliers as [Matrix, Matrix, Matrix];
    const back = [rope.derivative(g_q, [g_q], rotation)[0]!, rope.derivative(g_k, [g_k], rotation)[0]!, g_v];
    const expected = generate(shape.rows, widthOf(shape), (row, column) => {
      const index = parts(shape).findIndex(({ first, count }) => column < first + count);
      return at(back[index]!, row, column - parts(shape)[index]!.first);
    });
    const context = { gpu: gpu(), rules: attnLrp, ledger: null };
    await gpu().scopeAsync(async () => {
      const given = multipliers.map((matrix) => upload(gpu(), matrix));
      const [found] = heads.relevance(context, given as never, [], options);
      expect(found!.zeros).toBe(0);
      expect(deviation(await gpu().readFloats(found!), expected.data)).toBeLessThan(tolerance);

      // Where queries and keys are constants (CP-LRP) nothing comes back through them, and that is known.
      const [values] = heads.relevance(context, [null, null, given[2]!], [], options);
      const before = parts(shape)[2].first;
      expect(values!.zeros).toBe(before);
      const alone = generate(shape.rows, widthOf(shape), (row, column) =>
        column < before ? 0 : at(g_v, row, column - before),
      );
      expect(await gpu().readFloats(values!)).toEqual(Float32Array.from(alone.data));
    });
  });

  it('go behind those of earlier tokens, turned by the positions they stand at, however far', async () => {
    const shape: Shape = { rows: 6, headSize: 16, heads: 3, keyValueHeads: 2 };
    const first = 4090;
    const rotation = rotationOf(16, 500_000);
    const table = createRotationTable(gpu(), rotation, first + shape.rows);
    const x = randomMatrix(1, shape.rows, widthOf(shape));
    const padded: Matrix = generate(first + shape.rows, x.width, (row, column) =>
      row < first ? 0 : at(x, row - first, column),
    );
    const [q, k, v] = expectedHeads(padded, shape, rotation) as [Matrix, Matrix, Matrix];
    const rowsFrom = (matrix: Matrix) => matrix.data.slice(first * matrix.width);
    await gpu().scopeAsync(async () => {
      const before = generate(2, k.width, () => 3);
      const room = () =>
        upload(
          gpu(),
          generate(2 + shape.rows, k.width, () => 3),
        );
      const to = { k: room(), v: room(), firstRow: 2, format: 'f32' as const };
      const found = takeHeads(gpu(), upload(gpu(), x), { table, shape }, first, to);
      expect(deviation(await gpu().readFloats(found), rowsFrom(q))).toBeLessThan(tolerance);
      for (const [tensor, expected] of [
        [to.k, k],
        [to.v, v],
      ] as const) {
        const values = await gpu().readFloats(tensor);
        expect(values.slice(0, before.data.length)).toEqual(Float32Array.from(before.data));
        expect(deviation(values.slice(before.data.length), rowsFrom(expected))).toBeLessThan(tolerance);
      }
    });
  });

  it('are refused beyond the positions of the table, and in rows of another width', () => {
    const table = createRotationTable(gpu(), rotationOf(8, 100), 40);
    const shape = { heads: 2, keyValueHeads: 1 };
    gpu().scope(() => {
      const x = upload(gpu(), randomMatrix(3, 41, 32));
      expect(() => heads.forward(gpu(), [x], { table, shape })).toThrow('has 41 tokens, but only 40 fit');
      const narrow = upload(gpu(), randomMatrix(3, 2, 24));
      expect(() => heads.forward(gpu(), [narrow], { table, shape })).toThrow('shape [2, 24], expected [2, 32]');
    });
  });
});
