// Every kind of quantised weight, in every kernel that reads weights, against float64 on the weights it stands for.
import { describe, expect, it } from 'vitest';
import type { Gpu } from '../gpu.ts';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import { at, generate, type Matrix } from '../matrix.ts';
import { attnLrp } from '../rules.ts';
import type { GroupKind, QuantisedFormat } from '../weight-data.ts';
import { uploadWeight } from '../weight.ts';
import { checkOp, tolerance, upload } from './check-op.test-helper.ts';
import * as embedReference from './embed.reference.ts';
import { embed, seedMultiplier } from './embed.ts';
import * as gammaReference from './linear-gamma.reference.ts';
import * as reference from './linear.reference.ts';
import { linear } from './linear.ts';
import { kinds, quantisedWeight, randomQuantised, table, type QuantisedShape } from './quantised-weight.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import { storedWeight } from './stored-weight.test-helper.ts';

const gpu = useGpu();
/** Without subgroups every lane reads for itself. */
const plainGpu = useGpu({ defaultsOnly: true });
/** A software driver takes seconds to compile each kernel the first time, and remembers it on disk. */
const compiling = 300_000;

const formatOf = (kind: GroupKind, bits: 4 | 8, group: number): QuantisedFormat =>
  kind === 'table-f32' ? { bits, kind, group, table } : { bits, kind, group };

/** Tables are for 4 bits. */
const formats = kinds.flatMap((kind) =>
  (kind === 'table-f32' ? ([4] as const) : ([4, 8] as const)).map((bits) => [bits, kind] as const),
);

/** Few enough rows to a shard that there are several; a table's blocks allow some numbers of rows only. */
const smallShards = ({ rows, columns, format }: QuantisedShape): number =>
  Math.max(rows * columns, 64 + columns * format.group) / 3;

async function check(rows: number, shape: QuantisedShape, biased: boolean, on: Gpu = gpu()): Promise<void> {
  const seed = rows * 1000 + shape.columns;
  const { weight, decoded } = await quantisedWeight(on, seed, shape);
  const bias = biased ? await storedWeight(on, randomMatrix(seed + 9, 1, shape.rows)) : undefined;
  await checkOp(on, {
    op: linear,
    options: { weight, bias: bias?.weight },
    reference,
    parameters: { weight: decoded, bias: bias?.decoded },
    inputs: [randomMatrix(seed + 10, rows, shape.columns)] as const,
    label: `${rows} rows, ${JSON.stringify({ ...shape, format: weight.shards[0]!.layout.name })}`,
  });
}

// Every kernel reads weights by the same function, and the smallest one shows of each kind whether it is right. The large
// ones take seconds to compile: of them a kind of each arithmetic.
const eachArithmetic = [
  [4, 'zero-bf16'],
  [8, 'affine-f16'],
  [4, 'table-f32'],
] as const;

describe.each(formats)('a weight of %i bit codes and groups of %s', { timeout: compiling }, (bits, kind) => {
  it('is a table of rows: gathered for an embedding, weighted for a seed', async () => {
    for (const columns of [64, 172]) {
      const shape = { rows: 37, columns, format: formatOf(kind, bits, 32) };
      await checkTable({ ...shape, shardBytes: smallShards(shape) });
      await checkTable({ ...shape, reordered: true });
    }
  });
});

describe.each(eachArithmetic)('a layer of %i bit codes and groups of %s', { timeout: compiling }, (bits, kind) => {
  it('multiplies and explains as the numbers it stands for', async () => {
    // Rows of whole groups, with a short last group, and ragged.
    for (const [turn, columns] of [576, 200, 172].entries()) {
      const shape = { rows: [129, 3, 300][turn]!, columns, format: formatOf(kind, bits, 32) };
      for (const rows of [1, [9, 17, 33][turn]!]) await check(rows, shape, turn % 2 === 0);
    }
  });

  it('does so in shards, and with its columns in another order', async () => {
    for (const columns of [64, 172]) {
      for (const rows of [1, 9]) {
        const shape = { rows: 130, columns, format: formatOf(kind, bits, 32) };
        await check(rows, { ...shape, shardBytes: smallShards(shape) }, true);
        await check(rows, { ...shape, shardBytes: smallShards(shape), reordered: true }, false);
      }
    }
  });

  it('follows the gamma rule', async () => {
    for (const columns of [64, 172]) {
      const shape = { rows: 130, columns, format: formatOf(kind, bits, 32) };
      await checkGamma(9, { ...shape, shardBytes: smallShards(shape) });
      await checkGamma(1, { ...shape, reordered: true });
    }
  });
});

// Columns and columns of a group: a short last one, one longer than the row, a single column, the whole row.
it.each([
  [4, 'zero-bf16', 200, 64],
  [8, 'affine-f32', 24, 128],
  [4, 'affine-f16', 1, 32],
  [8, 'zero-bf16', 75, 0],
  [4, 'zero-bf16', 200, 8],
] as const)(
  'groups may be of any size: %i bit %s, %i columns in groups of %i',
  { timeout: compiling },
  async (bits, kind, columns, group) => {
    for (const rows of [1, 9]) await check(rows, { rows: 40, columns, format: formatOf(kind, bits, group) }, true);
    await checkTable({ rows: 37, columns, format: formatOf(kind, bits, group) });
  },
);

it('lanes that read for themselves find the same weights', { timeout: compiling }, async () => {
  for (const columns of [576, 172]) {
    for (const rows of [1, 9])
      await check(rows, { rows: 130, columns, format: formatOf('zero-bf16', 4, 32) }, true, plainGpu());
  }
});

it('blocks of a table run across rows of any width', { timeout: compiling }, async () => {
  for (const [columns, block] of [
    [24, 64],
    [200, 64],
    [77, 128],
  ] as const) {
    for (const rows of [1, 9]) await check(rows, { rows: 130, columns, format: formatOf('table-f32', 4, block) }, true);
  }
});

async function checkTable(shape: QuantisedShape): Promise<void> {
  const { weight, decoded } = await quantisedWeight(gpu(), shape.columns, shape);
  const label = JSON.stringify({ ...shape, format: weight.shards[0]!.layout.name });
  if (shape.shardBytes !== undefined) expect(weight.shards.length, label).toBeGreaterThan(1);
  const ids = [36, 0, 6, 7, 0, 35, 21];
  const c = [0.5, -2, 1.5, 0.25, 1, -1, 3];
  const mean = randomMatrix(1, 1, shape.columns);
  await gpu().scopeAsync(async () => {
    const tokens = gpu().upload(Uint32Array.from(ids), ids.length, 1, 'ids');
    const found = await gpu().readFloats(embed(gpu(), tokens, weight));
    const expected = embedReference.forward([generate(ids.length, 1, (row) => ids[row]!)], { table: decoded });
    // One product and one sum, rounded once each.
    expect(deviation(found, expected.data), label).toBeLessThan(2e-7);

    const coefficients = gpu().upload(Float32Array.from(c), c.length, 1, 'coefficients');
    for (const shift of [0, 0.75]) {
      const seed = { ids: tokens, coefficients, shift, meanRow: upload(gpu(), mean) };
      const multiplier = await gpu().readFloats(seedMultiplier(gpu(), weight, seed));
      const sum = generate(1, shape.columns, (_, column) =>
        ids.reduce((sum, id, i) => sum + c[i]! * at(decoded, id, column), shift * at(mean, 0, column)),
      );
      expect(deviation(multiplier, sum.data), `${label}, shift ${shift}`).toBeLessThan(tolerance);
    }
  });
}

async function checkGamma(rows: number, shape: QuantisedShape): Promise<void> {
  const { weight, decoded } = await quantisedWeight(gpu(), rows, shape);
  const bias = await storedWeight(gpu(), randomMatrix(3, 1, shape.rows));
  const x = randomMatrix(4, rows, shape.columns);
  const gamma = 0.25;
  const parameters = { weight: decoded, bias: bias.decoded, gamma };
  const y = gammaReference.forward([x], parameters);
  const g = randomMatrix(5, y.rows, y.width);
  const times = (a: Matrix, b: ArrayLike<number>): Matrix => ({ ...a, data: a.data.map((value, i) => value * b[i]!) });
  const [expected] = gammaReference.relevance(times(y, g.data), [x], parameters);
  await gpu().scopeAsync(async () => {
    const rules = { ...attnLrp, linear: [['mlp', gamma]] as const };
    const options = { weight, bias: bias.weight, site: 'mlp' } as const;
    const { saved } = linear.forward(gpu(), [upload(gpu(), x)], options);
    const [multiplier] = linear.relevance({ gpu: gpu(), rules, ledger: null }, upload(gpu(), g), saved, options);
    const found = times(x, await gpu().readFloats(multiplier!));
    const label = JSON.stringify({ inputs: rows, ...shape, format: weight.shards[0]!.layout.name });
    // An output near 0 is the small sum of large products, and its share of relevance is divided by it.
    expect(deviation(found.data, expected!.data), label).toBeLessThan(tolerance);
  });
}

describe('an upload', () => {
  const shape = { rows: 40, columns: 64, format: formatOf('zero-f16', 4, 32) };

  it('keeps codes and groups of every shard below the binding limit', async () => {
    // Groups of 8 columns take more bytes than their codes of 4 bits.
    const format = formatOf('affine-f32', 4, 8);
    const { weight } = await quantisedWeight(gpu(), 1, { rows: 40, columns: 80, format, shardBytes: 1000 });
    expect(weight.shards.map(({ rows }) => rows)).toEqual([12, 12, 12, 4]);
    expect(weight.shards.flatMap(({ storage, groups }) => [storage.bytes, groups!.bytes]).toSorted()).toEqual(
      [480, 480, 480, 160, 960, 960, 960, 320].toSorted(),
    );
  });

  it('refuses a limit that holds no row, and names the weight', async () => {
    await expect(quantisedWeight(gpu(), 1, { ...shape, shardBytes: 20 })).rejects.toThrow(
      '4 bit zero-f16: one row takes 32 bytes, but this GPU binds at most 20 bytes at once.',
    );
    const blocks = { rows: 128, columns: 77, format: formatOf('table-f32', 4, 64), shardBytes: 1000 };
    await expect(quantisedWeight(gpu(), 1, blocks)).rejects.toThrow(
      '4 bit table-f32: 64 rows, which share blocks, take 2560 bytes',
    );
  });

  it('refuses an order of columns that names one twice or none', async () => {
    const { data } = randomQuantised(1, shape);
    for (const order of [new Uint32Array(64), new Uint32Array(63).map((_, at) => at), Uint32Array.of(64)]) {
      await expect(uploadWeight(gpu(), { ...data, order })).rejects.toThrow(
        '4 bit zero-f16: the order of its 64 columns must name each of them once.',
      );
    }
  });
});
