import { expect, it } from 'vitest';
import { deviation, useGpu } from './gpu.test-helper.ts';
import { tolerance, upload } from './ops/check-op.test-helper.ts';
import * as reference from './ops/linear.reference.ts';
import { linear, multiplyGatedRow } from './ops/linear.ts';
import { randomMatrix } from './ops/random.test-helper.ts';
import { storedWeight } from './ops/stored-weight.test-helper.ts';
import * as swiglu from './ops/swiglu.reference.ts';
import { rowLanesChoices } from './row-lanes.ts';
import { tuneOneRow } from './tune-one-row.ts';

/** Where neighbouring lanes read neighbouring words. */
const gpu = useGpu({ defaultsOnly: true });
/** Here as well, unless the adapter is a processor's. */
const usualGpu = useGpu();

it.each(rowLanesChoices)('one row is right however many lanes walk rows together: %i', async (lanes) => {
  // Others with rows that are no whole octets for one of them only: every kernel compiles for a second on some drivers.
  const ragged: readonly (readonly [number, number])[] = lanes === 16 ? [[2, 5]] : [];
  for (const [rows, columns] of [[258, 600], [34, 72], ...ragged] as const) {
    const { weight, decoded } = await storedWeight(gpu(), randomMatrix(rows, rows, columns), 'F16');
    const x = randomMatrix(1, 1, columns);
    gpu().rowLanes.set(weight.shards[0]!, columns, lanes);
    const product = reference.forward([x], { weight: decoded });
    const half = rows / 2;
    const [gate, up] = [product.data.slice(0, half), product.data.slice(half)];
    const gated = swiglu.forward([
      { rows: 1, width: half, data: gate },
      { rows: 1, width: half, data: up },
    ]);
    await gpu().scopeAsync(async () => {
      const tensor = upload(gpu(), x);
      const found = await gpu().readFloats(linear.forward(gpu(), [tensor], { weight }).output);
      expect(deviation(found, product.data), `${rows} rows`).toBeLessThan(tolerance);
      const foundGated = await gpu().readFloats(multiplyGatedRow(gpu(), tensor, weight)!);
      expect(deviation(foundGated, gated.data), `${rows} rows, gated`).toBeLessThan(tolerance);
    });
  }
});

it('is measured once for each kind of matrix, on GPUs only', async () => {
  const made = [
    await storedWeight(gpu(), randomMatrix(1, 40, 64), 'F16'),
    await storedWeight(gpu(), randomMatrix(2, 40, 64), 'F16'),
    // 28 rows of 128 bytes a shard: three shards, the last of them smaller.
    await storedWeight(gpu(), randomMatrix(3, 70, 64), 'F16', 3600),
    await storedWeight(gpu(), randomMatrix(4, 1, 64)),
  ];
  const weights = made.map(({ weight }) => weight);
  await tuneOneRow(gpu(), weights);
  const known = weights.flatMap(({ shards, columns }) => shards.map((shard) => gpu().rowLanes.has(shard, columns)));
  expect(known).toEqual([true, true, true, true, true, false]);
  const { dispatches } = gpu();
  await tuneOneRow(gpu(), weights);
  expect(gpu().dispatches).toBe(dispatches);

  const before = usualGpu().dispatches;
  const { weight } = await storedWeight(usualGpu(), randomMatrix(1, 40, 64), 'F16');
  await tuneOneRow(usualGpu(), [weight]);
  expect(usualGpu().dispatches > before).toBe(usualGpu().lanes.coalesce);
});

it('stops when it is told to', async () => {
  const { weight } = await storedWeight(gpu(), randomMatrix(9, 13, 24));
  await expect(tuneOneRow(gpu(), [weight], AbortSignal.abort())).rejects.toThrow('aborted');
});
