import { describe, expect, it } from 'vitest';
import type { Gpu } from '../gpu.ts';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import type { Matrix } from '../matrix.ts';
import type { DenseFormat } from '../weight-data.ts';
import { checkOp, upload } from './check-op.test-helper.ts';
import * as reference from './linear.reference.ts';
import { linear } from './linear.ts';
import { randomMatrix } from './random.test-helper.ts';
import { storedWeight } from './stored-weight.test-helper.ts';

const gpu = useGpu();
/** Without subgroups every lane reads for itself, and tiles are smaller. */
const plainGpu = useGpu({ defaultsOnly: true });
const formats: readonly DenseFormat[] = ['F32', 'F16', 'BF16'];
const outputs = [1, 3, 127, 128, 129, 300];
const columns = [1, 5, 172, 576];

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly outputs: number;
  readonly format: DenseFormat;
  readonly biased: boolean;
  readonly sharded: boolean;
}

async function check(shape: Shape, on: Gpu = gpu()): Promise<void> {
  const seed = shape.rows * 1000 + shape.columns;
  const x = randomMatrix(seed, shape.rows, shape.columns);
  const stored = randomMatrix(seed + 1, shape.outputs, shape.columns);
  // Few enough rows to a shard that there are several, and a last one that is not full.
  const rowBytes = Math.ceil(shape.columns / 8) * 8 * (shape.format === 'F32' ? 4 : 2);
  const shardBytes = shape.sharded ? rowBytes * Math.ceil(shape.outputs / 3.5) : undefined;
  const { weight, decoded } = await storedWeight(on, stored, shape.format, shardBytes);
  if (shape.sharded && shape.outputs > 3) expect(weight.shards).toHaveLength(4);
  const bias = shape.biased ? await storedWeight(on, randomMatrix(seed + 2, 1, shape.outputs)) : undefined;
  await checkOp(on, {
    op: linear,
    options: { weight, bias: bias?.weight },
    reference,
    parameters: { weight: decoded, bias: bias?.decoded },
    inputs: [x] as const,
    label: JSON.stringify(shape),
  });
}

describe('a linear layer equals its reference', () => {
  // Every pair of rows and outputs; the other choices rotate so that each meets each.
  it.each([1, 2, 7, 8, 9, 16, 17, 33, 70])('on %i rows', async (rows) => {
    for (const [turn, out] of outputs.entries()) {
      await check({
        rows,
        outputs: out,
        columns: columns[(rows + 3 * turn) % 4]!,
        format: formats[(rows + turn) % 3]!,
        biased: ((rows >> 1) + turn) % 2 === 0,
        sharded: (rows + (turn >> 1)) % 2 === 0,
      });
    }
  });
});

it.each(formats)('reads %s weights of every width alike, in one shard or in many', async (format) => {
  for (const width of columns) {
    for (const sharded of [false, true]) {
      await check({ rows: 9, columns: width, outputs: 129, format, biased: true, sharded });
    }
  }
});

it('equals its reference where lanes cannot hand each other numbers', async () => {
  expect(plainGpu().lanes.name).toBe('alone');
  for (const rows of [1, 3, 8, 17]) {
    for (const width of [172, 576]) {
      await check({ rows, columns: width, outputs: 129, format: 'F16', biased: true, sharded: true }, plainGpu());
    }
  }
});

it('gives one row the same numbers alone (decoding) as among others (prefill)', async () => {
  const x = randomMatrix(1, 3, 172);
  const first: Matrix = { rows: 1, width: 172, data: x.data.slice(0, 172) };
  for (const format of formats) {
    const { weight } = await storedWeight(gpu(), randomMatrix(2, 300, 172), format);
    const { weight: bias } = await storedWeight(gpu(), randomMatrix(3, 1, 300));
    await gpu().scopeAsync(async () => {
      const [one, all] = [first, x].map(
        (rows) => linear.forward(gpu(), [upload(gpu(), rows)], { weight, bias }).output,
      );
      const together = (await gpu().readFloats(all!)).slice(0, 300);
      // The same products, added in another order.
      expect(deviation(await gpu().readFloats(one!), together)).toBeLessThan(2e-6);
    });
  }
});

it('refuses an input of another width, and names the weight', async () => {
  const { weight } = await storedWeight(gpu(), randomMatrix(6, 4, 16));
  gpu().scope(() => {
    const x = upload(gpu(), randomMatrix(7, 2, 15));
    expect(() => linear.forward(gpu(), [x], { weight })).toThrow('F32 weight has shape [2, 15], expected [2, 16]');
  });
});
