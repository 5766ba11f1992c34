import { describe, expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import type { Matrix } from '../matrix.ts';
import type { AttentionShape } from '../ops.ts';
import { attnLrp } from '../rules.ts';
import type { Tensor } from '../tensor.ts';
import { attentionForm } from './attention-forms.ts';
import { decodingWorth, inOne, partsOf, type Parts } from './attention-parts.ts';
import * as reference from './attention.reference.ts';
import { attentionRelevance } from './attention-relevance.ts';
import { attend, attention } from './attention.ts';
import { checkOp, tolerance, upload } from './check-op.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';

type Inputs = readonly [q: Matrix, k: Matrix, v: Matrix];

function inputsOf(seed: number, rows: number, { heads, keyValueHeads, headSize }: AttentionShape): Inputs {
  const matrix = (offset: number, columns: number) => randomMatrix(seed + offset, rows, columns * headSize);
  return [matrix(0, heads), matrix(1, keyValueHeads), matrix(2, keyValueHeads)];
}

// 2 and 34 end where another tile of 32 begins.
const windows = [null, 1, 2, 3, 16, 34, 1000];
// A software driver takes seconds to compile each pair of a head size and a group the first time it meets it, and
// remembers it on disk: hence few pairs, and room for them.
const compiling = 300_000;
const shapes: readonly (readonly [headSize: number, heads: number, keyValueHeads: number])[] = [
  [4, 3, 3],
  [16, 4, 2],
  [20, 4, 2],
  [64, 3, 1],
  [80, 2, 2],
  [128, 2, 1],
  [256, 2, 1],
];

// The form of the kernels that suits this adapter, and the one without subgroups, which wide heads take anyway.
const suited = useGpu();
const plain = useGpu({ defaultsOnly: true });
describe.each([
  ['the lanes of this adapter', suited, shapes],
  ['lanes alone', plain, shapes.filter(([headSize]) => [4, 16, 64].includes(headSize))],
] as const)('with %s', (_lanes, gpu, shapes) => {
  function check(shape: AttentionShape, rows: number, inputs = inputsOf(rows, rows, shape), tolerance?: number) {
    const label = `${rows} rows of ${JSON.stringify(shape)}`;
    const common = { op: attention, options: shape, reference, parameters: shape, inputs, label };
    return checkOp(gpu(), tolerance === undefined ? common : { ...common, tolerance });
  }

  describe('attention equals its reference', () => {
    // Below, at and above the 32 rows that a workgroup owns; masks rotate.
    it.each(shapes)(
      'with heads of %i, %i of queries on %i of keys',
      async (headSize, heads, keyValueHeads) => {
        // Long texts with wide heads cost the reference most.
        const lengths = headSize < 64 ? [1, 7, 8, 9, 31, 32, 33, 65] : [1, 9, 41];
        for (const [turn, rows] of lengths.entries()) {
          const step = headSize / 4 + turn;
          await check(
            { heads, keyValueHeads, headSize, causal: step % 4 !== 0, window: windows[(step * 3) % 7]! },
            rows,
          );
        }
      },
      compiling,
    );

    it.each([
      ['multi-head', [4, 3, 3]],
      ['multi-query', [64, 3, 1]],
      ['grouped', [16, 4, 2]],
    ] as const)(
      'in its %s form, under every mask',
      async (_form, [headSize, heads, keyValueHeads]) => {
        for (const causal of [true, false])
          for (const window of windows) await check({ heads, keyValueHeads, headSize, causal, window }, 40);
      },
      compiling,
    );
  });

  it(
    'gives the same however many workgroups share the keys of a head out',
    async () => {
      const rows = 43;
      for (const [turn, [headSize, heads, keyValueHeads]] of shapes.entries()) {
        const shape = { heads, keyValueHeads, headSize, causal: turn % 3 !== 2, window: windows[turn % 7]! };
        const inParts = attentionForm(gpu().lanes, shape).relevanceParts(rows) !== null;
        await gpu().scopeAsync(async () => {
          const inputs = inputsOf(turn, rows, shape).map((matrix) => upload(gpu(), matrix));
          const [q, k, v] = inputs as [Tensor, Tensor, Tensor];
          const g = upload(gpu(), randomMatrix(9, rows, q.width));
          const [, , , o, lse] = attention.forward(gpu(), [q, k, v], shape).saved as Tensor[];
          const back = async (parts: number): Promise<Float32Array[]> => {
            const before = gpu().dispatches;
            const all = attentionRelevance(gpu(), g, { q, k, v, o: o!, lse: lse! }, shape, attnLrp.attention, parts);
            expect(gpu().dispatches - before).toBe(inParts ? (parts === 1 ? 2 : 3) : 3);
            return Promise.all(all.map((each) => gpu().readFloats(each!)));
          };
          const whole = await back(1);
          // More parts than there are blocks of keys, too.
          for (const parts of [2, 3, 8, 16])
            (await back(parts)).forEach((found, index) =>
              expect(deviation(found, whole[index]!), `${parts} parts, ${JSON.stringify(shape)}`).toBeLessThan(
                tolerance,
              ),
            );
        });
      }
    },
    compiling,
  );

  it('shares the keys of a long text out', () => {
    const shape = { heads: 2, keyValueHeads: 1, headSize: 16, causal: true, window: null };
    const parts = attentionForm(gpu().lanes, shape).relevanceParts;
    expect([255, 256].map(parts)).toEqual(gpu().lanes.subgroup ? [1, 2] : [null, null]);
  });

  it('stays finite and right where scores reach ±200', async () => {
    const rows = 33;
    const shape = { heads: 4, keyValueHeads: 2, headSize: 16, causal: true, window: null };
    const [q, k, v] = inputsOf(5, rows, shape);
    const scaled = (matrix: Matrix, factor: number): Matrix => ({
      ...matrix,
      data: matrix.data.map((x) => factor * x),
    });
    const inputs = [scaled(q, 32), scaled(k, 4), v] as const;
    const score = (i: number, j: number): number =>
      q.data.subarray(i * 64, i * 64 + 16).reduce((sum, x, d) => sum + 32 * x * k.data[j * 32 + d]!, 0);
    const scores = Array.from({ length: rows }, (_, i) => Array.from({ length: i + 1 }, (_, j) => score(i, j))).flat();
    expect([Math.min(...scores) < -200, Math.max(...scores) > 200]).toEqual([true, true]);
    // A score of 200 has a rounding error of 1e-5 in float32, and the exponential passes it on as a relative one.
    await check(shape, rows, inputs, 5e-5);
  });

  it('gives later tokens, and tokens outside the window, exactly no relevance', async () => {
    const [rows, explained, window] = [21, 12, 5];
    const shape = { heads: 4, keyValueHeads: 2, headSize: 16, causal: true, window };
    const inputs = inputsOf(6, rows, shape);
    const g = randomMatrix(9, rows, 64);
    g.data.fill(0, 0, explained * 64).fill(0, (explained + 1) * 64);
    await gpu().scopeAsync(async () => {
      const tensors = inputs.map((matrix) => upload(gpu(), matrix)) as [never, never, never];
      const { saved } = attention.forward(gpu(), tensors, shape);
      const context = { gpu: gpu(), rules: attnLrp, ledger: null };
      const multipliers = attention.relevance(context, upload(gpu(), g), saved, shape);
      const [g_q, g_k, g_v] = await Promise.all(multipliers.map((each) => gpu().readFloats(each!)));
      const rowsWithRelevance = (values: Float32Array): number[] => {
        const width = values.length / rows;
        return Array.from({ length: rows }, (_, row) => row).filter((row) =>
          values.subarray(row * width, (row + 1) * width).some((value) => value !== 0),
        );
      };
      expect(rowsWithRelevance(g_q!)).toEqual([explained]);
      for (const values of [g_k!, g_v!]) expect(rowsWithRelevance(values)).toEqual([8, 9, 10, 11, 12]);
    });
  });

  describe('attention over a cache', () => {
    const rows = 67;
    const cacheRows = 80;

    /** The rows from `offset` on as decoding computes them; what lies behind the cached rows must not matter. */
    async function cachedRows(
      shape: AttentionShape,
      inputs: Inputs,
      offset: number,
      end: number,
    ): Promise<Float32Array> {
      const width = shape.heads * shape.headSize;
      const [q, k, v] = inputs;
      const cache = (matrix: Matrix): Matrix => {
        const data = new Float64Array(cacheRows * matrix.width).fill(NaN);
        data.set(matrix.data.subarray(0, end * matrix.width));
        return { rows: cacheRows, width: matrix.width, data };
      };
      const part = { rows: end - offset, width, data: q.data.slice(offset * width, end * width) };
      return gpu().scopeAsync(async () => {
        const tensors = [part, cache(k), cache(v)].map((matrix) => upload(gpu(), matrix)) as [never, never, never];
        return gpu().readFloats(attend(gpu(), tensors, shape, { keys: end, offset }).o);
      });
    }

    // Six heads of a group are more than a workgroup takes at once.
    it.each([...shapes, [4, 6, 1] as const])(
      'gives one query what it would get among all, with heads of %i, %i of queries on %i of keys',
      async (headSize, heads, keyValueHeads) => {
        for (const window of [null, 40, 1]) {
          const shape = { heads, keyValueHeads, headSize, causal: true, window };
          const inputs = inputsOf(headSize, rows, shape);
          const expected = reference.forward(inputs, shape).data.subarray((rows - 1) * heads * headSize);
          const found = await cachedRows(shape, inputs, rows - 1, rows);
          expect(deviation(found, expected), `window ${window}`).toBeLessThan(tolerance);
        }
      },
      compiling,
    );

    it.each([null, 1, 2, 3, 16, 33, 100])('gives the rows of the whole text, with a window of %s', async (window) => {
      const shape = { heads: 4, keyValueHeads: 2, headSize: 16, causal: true, window };
      const inputs = inputsOf(7, rows, shape);
      const whole = reference.forward(inputs, shape).data;
      const parts = [
        [0, 1],
        [0, 9],
        [7, 8],
        [8, 20],
        [20, 64],
        [31, 65],
        [66, 67],
      ] as const;
      for (const [offset, end] of parts) {
        const found = await cachedRows(shape, inputs, offset, end);
        const expected = whole.subarray(offset * 64, end * 64);
        expect(deviation(found, expected), `rows ${offset} to ${end}`).toBeLessThan(tolerance);
      }
    });
  });

  describe('one query over parts of its keys', () => {
    interface Step {
      readonly shape: AttentionShape;
      readonly inputs: Inputs;
      /** Rows of the cache that are filled; the query stands at the last. */
      readonly keys: number;
      readonly parts?: Parts;
    }

    async function check({ shape, inputs, keys, parts }: Step): Promise<number> {
      const { window, headSize, heads } = shape;
      const [q, k, v] = inputs;
      const first = window === null ? 0 : Math.max(0, keys - window);
      const seen = (matrix: Matrix): Matrix => {
        const data = matrix.data.subarray(first * matrix.width, keys * matrix.width);
        return { rows: keys - first, width: matrix.width, data };
      };
      // It sees them all: the reference need not know of masks.
      const open = { ...shape, causal: false, window: null };
      const expected = reference.forward([q, seen(k), seen(v)], open).data;
      // What lies behind the cached rows must not matter.
      const cache = (matrix: Matrix): Matrix => {
        const data = matrix.data.map((value, at) => (at < keys * matrix.width ? value : NaN));
        return { ...matrix, data };
      };
      return gpu().scopeAsync(async () => {
        const tensors = [q, cache(k), cache(v)].map((matrix) => upload(gpu(), matrix)) as [never, never, never];
        const span = { keys, offset: keys - 1 };
        const before = gpu().dispatches;
        const { o, lse } = attend(gpu(), tensors, shape, span, parts && { parts });
        const dispatches = gpu().dispatches - before;
        const whole = attend(gpu(), tensors, shape, span, { parts: inOne(keys) });
        const label = `${keys} keys of ${JSON.stringify(shape)} in ${JSON.stringify(parts)}`;
        expect([o.rows, o.width, lse.rows, lse.width], label).toEqual([1, heads * headSize, 1, heads]);
        expect(deviation(await gpu().readFloats(o), expected), label).toBeLessThan(tolerance);
        const expectedLse = await gpu().readFloats(whole.lse);
        expect(deviation(await gpu().readFloats(lse), expectedLse), `${label}: log-sum-exp`).toBeLessThan(tolerance);
        return dispatches;
      });
    }

    function stepOf(seed: number, rows: number, shape: AttentionShape): { shape: AttentionShape; inputs: Inputs } {
      const [, k, v] = inputsOf(seed, rows, shape);
      // Larger queries, so that keys count differently.
      const q = randomMatrix(seed, 1, shape.heads * shape.headSize);
      return { shape, inputs: [{ ...q, data: q.data.map((x) => 3 * x) }, k, v] };
    }

    it.each(shapes)(
      'gives what all of them give, with heads of %i, %i of queries on %i of keys',
      async (headSize, heads, keyValueHeads) => {
        for (const window of [null, 150, 33]) {
          const step = stepOf(headSize, 210, { heads, keyValueHeads, headSize, causal: true, window });
          for (const [keys, count] of [
            [1, 1],
            [2, 2],
            [7, 3],
            [64, 4],
            [65, 2],
            [131, 5],
            [200, 16],
          ] as const) {
            const each = Math.ceil(Math.min(keys, window ?? keys) / count);
            const filled = Math.ceil(Math.min(keys, window ?? keys) / each);
            // Buffers may have room for more parts than there are.
            const dispatches = await check({ ...step, keys, parts: { count: filled, keys: each, most: 20 } });
            expect(dispatches).toBe(filled === 1 ? 1 : 2);
          }
        }
      },
      compiling,
    );

    it.each([
      [4, 3, 3],
      [16, 4, 2],
      [64, 3, 1],
    ] as const)(
      'takes as many dispatches as the context is long enough for, with heads of %i',
      async (headSize, heads, keyValueHeads) => {
        const most = 9000;
        for (const window of [null, 1500]) {
          const step = stepOf(headSize + 1, most, { heads, keyValueHeads, headSize, causal: true, window });
          const [x, y = 1] = attentionForm(gpu().lanes, step.shape, true).queryGrid(1);
          for (const keys of [1, 400, 511, 513, 1023, 1025, 2500, 4095, 4097, most - 1]) {
            const { count } = partsOf(decodingWorth[gpu().lanes.name], x * y, Math.min(keys, window ?? keys));
            expect(await check({ ...step, keys })).toBe(count === 1 ? 1 : 2);
          }
        }
        // Else the loop above has met one part alone.
        expect(partsOf(decodingWorth[gpu().lanes.name], heads, most).count).toBeGreaterThan(1);
      },
      compiling,
    );

    it('stays right where one part has all the weight, and the scores of the others vanish beside it', async () => {
      const shape = { heads: 4, keyValueHeads: 2, headSize: 16, causal: true, window: null };
      const { inputs } = stepOf(11, 100, shape);
      const [q, k, v] = inputs;
      const louder = k.data.map((x, at) => (Math.floor(at / k.width) === 70 ? 40 * x : x / 100));
      const step = { shape, inputs: [q, { ...k, data: louder }, v] as const, keys: 100 };
      await check({ ...step, parts: { count: 4, keys: 25, most: 4 } });
    });

    it('makes no buffer and no bind group while the keys become more, whatever the parts', () => {
      const shape = { heads: 2, keyValueHeads: 1, headSize: 16, causal: true, window: null };
      const [x, y = 1] = attentionForm(gpu().lanes, shape, true).queryGrid(1);
      const countOf = (keys: number): number => partsOf(decodingWorth[gpu().lanes.name], x * y, keys).count;
      let shortest = 1;
      while (countOf(shortest) === 1) shortest++;
      const counts = new Set<number>();
      gpu().scope(() => {
        const q = gpu().allocate(1, 32, 'query');
        const [k, v] = [0, 1].map(() => gpu().allocate(5 * shortest, 16, 'cache')) as [Tensor, Tensor];
        const step = (keys: number): number[] => {
          gpu().scope(() => void attend(gpu(), [q, k, v], shape, { keys, offset: keys - 1 }));
          gpu().flush();
          return [gpu().pool.created, gpu().pipelines.created, gpu().pool.totalBytes];
        };
        const first = step(shortest);
        for (let keys = shortest; keys <= 5 * shortest; keys += 77) {
          counts.add(countOf(keys));
          expect(step(keys), `${keys} keys`).toEqual(first);
        }
      });
      expect([...counts]).toEqual([2, 4, 8]);
    });
  });

  it('refuses heads that are too wide, or no multiple of four', () => {
    gpu().scope(() => {
      for (const headSize of [6, 260]) {
        const shape = { heads: 1, keyValueHeads: 1, headSize, causal: true, window: null };
        const tensors = inputsOf(8, 2, shape).map((matrix) => upload(gpu(), matrix)) as [never, never, never];
        expect(() => attention.forward(gpu(), tensors, shape)).toThrow(`are ${headSize} wide; supported are`);
      }
    });
  });
});
