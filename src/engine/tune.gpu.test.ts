import { beforeAll, describe, expect, it } from 'vitest';
import { keyOf } from './chosen.ts';
import type { Gpu } from './gpu.ts';
import { deviation, useGpu } from './gpu.test-helper.ts';
import { tolerance, upload } from './ops/check-op.test-helper.ts';
import * as reference from './ops/linear.reference.ts';
import { linear } from './ops/linear.ts';
import { multiplyGatedRow } from './ops/linear-one-row.ts';
import { randomMatrix } from './ops/random.test-helper.ts';
import { storedWeight } from './ops/stored-weight.test-helper.ts';
import * as swiglu from './ops/swiglu.reference.ts';
import { tune } from './tune.ts';
import type { Shard } from './weight.ts';

/** Where neighbouring lanes read neighbouring words, without and with subgroups. */
const gpu = useGpu({ defaultsOnly: true });
const gpuWithSubgroups = useGpu({ asGpu: true });
const usualGpu = useGpu();

// Of the tiles two: each is compiled for a second or two, and they have a test of their own (tiles.gpu.test.ts).
beforeAll(() => {
  for (const each of [gpu, gpuWithSubgroups])
    for (const chosen of Object.values(each().tuning.tiles))
      Object.assign(chosen, { choices: chosen.choices.slice(0, 2) });
});

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
    const choices = gpu().tuning.oneRow.choices.filter(({ count }) => columns % 8 === 0 || count === 16);
    for (const choice of choices) {
      const label = JSON.stringify(choice);
      gpu().tuning.oneRow.set(weight.shards[0]!, columns, choice);
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
  const ways = (each: () => Gpu) => new Set(each().tuning.oneRow.choices.map(({ shuffled }) => shuffled));
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
  const tuned = { oneRow: weights, manyRows: weights.slice(0, 2) };
  await tune(gpu(), tuned);
  const { oneRow, tiles } = gpu().tuning;
  const known = (chosen: Pick<typeof oneRow, 'has'>): boolean[] =>
    weights.flatMap(({ shards, columns }) => shards.map((shard) => chosen.has(shard, columns)));
  expect(known(oneRow)).toEqual([true, true, true, true, true, false]);
  for (const each of [tiles.forward, tiles.relevance])
    expect(known(each)).toEqual([true, true, false, false, false, false]);
  const { dispatches } = gpu();
  await tune(gpu(), tuned);
  expect(gpu().dispatches).toBe(dispatches);

  const before = usualGpu().dispatches;
  const { weight } = await storedWeight(usualGpu(), randomMatrix(1, 40, 64), 'F16');
  await tune(usualGpu(), { oneRow: [weight], manyRows: [weight] });
  expect(usualGpu().dispatches > before).toBe(usualGpu().lanes.coalesce);
});

it('stops when it is told to', async () => {
  const { weight } = await storedWeight(gpu(), randomMatrix(9, 13, 24));
  await expect(tune(gpu(), { oneRow: [weight], manyRows: [] }, AbortSignal.abort())).rejects.toThrow('aborted');
});

describe('a choice whose numbers are wrong', () => {
  // Subgroups of 4 or 8 lanes cannot add up 64, all of which have a part of rows of 75 octets.
  const wrong = { name: 'wrong', count: 64, shuffled: 64 };

  it.each([
    ['is never taken', undefined],
    ['is not taken either where an earlier measurement took it', wrong.name],
  ])('%s', async (_title, remembered) => {
    const gpu = gpuWithSubgroups();
    const { oneRow } = gpu.tuning;
    const { choices } = oneRow;
    const { weight } = await storedWeight(gpu, randomMatrix(5, 48, 600), 'F16');
    const [shard] = weight.shards as readonly [Shard];
    oneRow.forget(shard, 600);
    if (remembered) oneRow.remember({ [keyOf(shard, 600)]: remembered });
    Object.assign(oneRow, { choices: [choices[0], wrong, choices[1]!] });
    const before = gpu.dispatches;
    try {
      await tune(gpu, { oneRow: [weight], manyRows: [] });
      expect(oneRow.of(shard, 600).name).not.toBe(wrong.name);
      // The others were measured: at least eight runs of each in the first round.
      expect(gpu.dispatches - before).toBeGreaterThan(2 * 8);
    } finally {
      Object.assign(oneRow, { choices });
      oneRow.remember({});
    }
  });
});

it('takes what an earlier measurement on such a device chose, without running the others', async () => {
  const gpu = gpuWithSubgroups();
  const { weight } = await storedWeight(gpu, randomMatrix(5, 56, 64), 'F16');
  const [shard] = weight.shards as readonly [Shard];
  await tune(gpu, { oneRow: [weight], manyRows: [weight] });
  const { oneRow, tiles } = gpu.tuning;
  const [, ...slabs] = tiles.forward.choices;
  tiles.forward.set(shard, 64, slabs[0]!);
  const written = gpu.tuning.written();

  const before = gpu.dispatches;
  for (const chosen of [oneRow, tiles.forward, tiles.relevance]) chosen.forget(shard, 64);
  gpu.tuning.remember(written);
  await tune(gpu, { oneRow: [weight], manyRows: [weight] });
  expect(tiles.forward.of(shard, 64)).toBe(slabs[0]);
  expect(gpu.tuning.written()).toBe(written);
  // At most the usual choice and the remembered one, for each of the three.
  expect(gpu.dispatches - before).toBeLessThanOrEqual(6);
});
