import { describe, expect, it } from 'vitest';
import type { Gpu } from './gpu.ts';
import { deviation, useGpu } from './gpu.test-helper.ts';
import { tolerance, upload } from './ops/check-op.test-helper.ts';
import * as reference from './ops/linear.reference.ts';
import { linear } from './ops/linear.ts';
import { multiplyGatedRow } from './ops/linear-one-row.ts';
import { randomMatrix } from './ops/random.test-helper.ts';
import { storedWeight } from './ops/stored-weight.test-helper.ts';
import * as swiglu from './ops/swiglu.reference.ts';
import { tuneOneRow } from './tune-one-row.ts';

/** Where neighbouring lanes read neighbouring words, without and with subgroups. */
const gpu = useGpu({ defaultsOnly: true });
const gpuWithSubgroups = useGpu({ asGpu: true });
const usualGpu = useGpu();

describe.each([
  ['through workgroup memory', gpu],
  ['in subgroups', gpuWithSubgroups],
])('one row, added up %s,', (_way, gpu) => {
  it.each([
    [258, 600],
    [2, 5],
  ])('is right however many lanes walk rows together: %i rows of %i', async (rows, columns) => {
    const { weight, decoded } = await storedWeight(gpu(), randomMatrix(rows, rows, columns), 'F16');
    const x = randomMatrix(1, 1, columns);
    const product = reference.forward([x], { weight: decoded });
    const half = rows / 2;
    const [gate, up] = [product.data.slice(0, half), product.data.slice(half)];
    const gated = swiglu.forward([
      { rows: 1, width: half, data: gate },
      { rows: 1, width: half, data: up },
    ]);
    // Rows that are no whole octets are read in another way, and counted like others.
    const choices = gpu().rowLanes.choices.filter(({ count }) => columns % 8 === 0 || count === 16);
    for (const choice of choices) {
      const label = JSON.stringify(choice);
      gpu().rowLanes.set(weight.shards[0]!, columns, choice);
      await gpu().scopeAsync(async () => {
        const tensor = upload(gpu(), x);
        const found = await gpu().readFloats(linear.forward(gpu(), [tensor], { weight }).output);
        expect(deviation(found, product.data), label).toBeLessThan(tolerance);
        const foundGated = await gpu().readFloats(multiplyGatedRow(gpu(), tensor, weight)!);
        expect(deviation(foundGated, gated.data), `${label}, gated`).toBeLessThan(tolerance);
      });
    }
  });
});

it('can be added up both ways where there are subgroups', () => {
  const { subgroupMinSize } = gpuWithSubgroups().device.adapterInfo;
  const ways = (each: () => Gpu) => new Set(each().rowLanes.choices.map(({ shuffled }) => shuffled));
  expect([...ways(gpu)]).toEqual([1]);
  expect([...ways(gpuWithSubgroups)]).toEqual([1, subgroupMinSize]);
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

it('never takes a choice whose numbers are wrong', async () => {
  const gpu = gpuWithSubgroups();
  const { weight } = await storedWeight(gpu, randomMatrix(5, 48, 600), 'F16');
  const { choices } = gpu.rowLanes;
  // Subgroups of 4 or 8 lanes cannot add up 64, all of which have a part of rows of 75 octets.
  Object.assign(gpu.rowLanes, { choices: [choices[0], { count: 64, shuffled: 64 }] });
  try {
    await tuneOneRow(gpu, [weight]);
    expect(gpu.rowLanes.of(weight.shards[0]!, 600)).toBe(choices[0]);
  } finally {
    Object.assign(gpu.rowLanes, { choices });
  }
});
