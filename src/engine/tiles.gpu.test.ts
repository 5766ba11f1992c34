// Every tile of the table, on the kernels for GPUs, against float64; whichever of them a measurement would choose.
import { describe, expect, it } from 'vitest';
import { deviation, useGpu } from './gpu.test-helper.ts';
import { checkOp, tolerance, upload } from './ops/check-op.test-helper.ts';
import * as gammaReference from './ops/linear-gamma.reference.ts';
import * as reference from './ops/linear.reference.ts';
import { linear, linearOnto } from './ops/linear.ts';
import { multiplyBack } from './ops/products.ts';
import { quantisedWeight } from './ops/quantised-weight.test-helper.ts';
import { randomMatrix } from './ops/random.test-helper.ts';
import { storedWeight } from './ops/stored-weight.test-helper.ts';
import { cpLrp } from './rules.ts';
import type { Tile } from './tiles.ts';

const gpu = useGpu({ defaultsOnly: true });
/** A software driver takes seconds to compile each kernel the first time, and remembers it on disk. */
const compiling = 300_000;

const names = ['registers', '32 × 32 × 32', '32 × 64 × 32', '64 × 32 × 32', '64 × 64 × 16'];

it('has these tiles', () => {
  expect(gpu().tuning.tiles.forward.choices.map(({ name }) => name)).toEqual(names);
});

const tileOf = (name: string): Tile => gpu().tuning.tiles.forward.choices.find((tile) => tile.name === name)!;

async function check(tile: Tile, rows: number, made: Awaited<ReturnType<typeof storedWeight>>): Promise<void> {
  const { weight, decoded } = made;
  for (const shard of weight.shards)
    for (const chosen of Object.values(gpu().tuning.tiles)) chosen.set(shard, weight.columns, tile);
  const bias = await storedWeight(gpu(), randomMatrix(9, 1, weight.rows));
  await checkOp(gpu(), {
    op: linear,
    options: { weight, bias: bias.weight },
    reference,
    parameters: { weight: decoded, bias: bias.decoded },
    inputs: [randomMatrix(rows, rows, weight.columns)] as const,
    label: `${tile.name}: ${rows} rows, ${weight.rows} × ${weight.columns}`,
  });
}

describe.each(names.slice(1))('a tile of %s', { timeout: compiling }, (name) => {
  it('is right where everything is a whole tile, and where nothing is', async () => {
    // A last tile that is more, or less, than half full; shards of rows; W and its padded groups end within a slab.
    await check(tileOf(name), 64, await storedWeight(gpu(), randomMatrix(1, 64, 64), 'F16'));
    for (const rows of [45, 129])
      await check(tileOf(name), rows, await storedWeight(gpu(), randomMatrix(rows, 75, 168), 'F16', 10_000));
  });
});

it('serves every use of a product: onto a residual, by the gamma rule, back from where multipliers begin', async () => {
  const tile = tileOf('64 × 64 × 16');
  const x = randomMatrix(1, 50, 168);
  const stored = await storedWeight(gpu(), randomMatrix(2, 75, 168), 'F16');
  await check(tile, 50, stored);
  const { weight, decoded } = stored;
  await checkOp(gpu(), {
    op: linear,
    options: { weight, site: 'mlp' },
    reference: gammaReference,
    parameters: { weight: decoded, gamma: 0.25 },
    inputs: [x] as const,
    label: 'gamma rule',
    rules: { 'CP-LRP': { ...cpLrp, linear: [['mlp', 0.25]] } },
  });
  const residual = randomMatrix(3, 50, 75);
  const product = reference.forward([x], { weight: decoded });
  const g = randomMatrix(4, 50, 75);
  const zeros = 40;
  for (let at = 0; at < g.data.length; at++) if (at % 75 < zeros) g.data[at] = 0;
  const [back] = reference.derivative(g, [x], { weight: decoded });
  await gpu().scopeAsync(async () => {
    const onto = linearOnto.forward(gpu(), [upload(gpu(), residual), upload(gpu(), x)], { weight }).output;
    const sum = product.data.map((value, at) => value + residual.data[at]!);
    expect(deviation(await gpu().readFloats(onto), sum)).toBeLessThan(tolerance);
    const found = multiplyBack(gpu(), { ...upload(gpu(), g), zeros }, weight);
    expect(deviation(await gpu().readFloats(found), back!.data)).toBeLessThan(tolerance);
  });
});

it('reads rows that are no whole octets, and quantised ones', { timeout: compiling }, async () => {
  await check(tileOf('64 × 64 × 16'), 50, await storedWeight(gpu(), randomMatrix(4, 37, 77), 'F16'));
  const format = { bits: 4, kind: 'zero-bf16', group: 32 } as const;
  const quantised = await quantisedWeight(gpu(), 3, { rows: 70, columns: 200, format });
  await check(tileOf('32 × 32 × 32'), 40, quantised);
});
