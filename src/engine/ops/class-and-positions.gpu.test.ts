import { describe, expect, it } from 'vitest';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import { Ledger } from '../ledger.ts';
import { generate, total, type Matrix } from '../matrix.ts';
import { attnLrp } from '../rules.ts';
import { checkOp, tolerance, upload } from './check-op.test-helper.ts';
import * as classReference from './class-and-positions.reference.ts';
import { classAndPositions } from './class-and-positions.ts';
import { randomMatrix } from './random.test-helper.ts';
import type { ReferenceOp } from './reference-op.ts';
import { storedWeight } from './stored-weight.test-helper.ts';

const gpu = useGpu();

interface Constants {
  readonly classTokens: Matrix;
  readonly positions: Matrix;
}

/** To the op, class tokens and positions are weights; to the reference they are inputs, of which only x is compared. */
const reference: ReferenceOp<readonly [x: Matrix], Constants> = {
  forward: ([x], { classTokens, positions }) => classReference.forward([x, classTokens, positions]),
  relevance: (output, [x], { classTokens, positions }) =>
    classReference.relevance(output, [x, classTokens, positions]).slice(0, 1),
  derivative: (output, [x], { classTokens, positions }) =>
    classReference.derivative(output, [x, classTokens, positions]).slice(0, 1),
};

interface Shape {
  readonly tokens: number;
  readonly patches: number;
  readonly width: number;
  readonly format?: 'F32' | 'F16' | 'BF16';
  readonly sharded?: boolean;
}

type Change = (value: number) => number;

async function constantsOf({ tokens, patches, width, format = 'F32', sharded = false }: Shape, change: Change) {
  const rows = tokens + patches;
  const changed = (matrix: Matrix): Matrix => ({ ...matrix, data: matrix.data.map(change) });
  const rowBytes = Math.ceil(width / 8) * 8 * (format === 'F32' ? 4 : 2);
  const shardBytes = sharded ? rowBytes * Math.ceil(rows / 3.5) : undefined;
  const positions = await storedWeight(gpu(), changed(randomMatrix(1, rows, width)), format, shardBytes);
  if (sharded) expect(positions.weight.shards).toHaveLength(4);
  const vectors = Array.from({ length: tokens }, (_, index) => changed(randomMatrix(2 + index, 1, width)));
  const classTokens = await Promise.all(vectors.map(async (vector) => (await storedWeight(gpu(), vector)).weight));
  const stacked = generate(tokens, width, (row, column) => vectors[row]!.data[column]!);
  return {
    options: { classTokens, positions: positions.weight },
    parameters: { classTokens: stacked, positions: positions.decoded },
  };
}

async function check(shape: Shape, change: Change = (value) => value): Promise<void> {
  const random = randomMatrix(9, shape.patches, shape.width);
  const x: Matrix = { ...random, data: random.data.map(change) };
  const label = JSON.stringify(shape);
  const constants = await constantsOf(shape, change);
  await checkOp(gpu(), { op: classAndPositions, ...constants, reference, inputs: [x] as const, label });
}

describe.each([0, 1, 2])('with %i class tokens', (tokens) => {
  it.each([
    [1, 1],
    [4, 7],
    [9, 65],
    [49, 192],
    [196, 20],
  ])('equals its reference on %i patches of width %i', (patches, width) => check({ tokens, patches, width }));

  it.each(['F32', 'F16', 'BF16'] as const)('reads positions in %s, in one shard or in many', async (format) => {
    for (const sharded of [false, true]) await check({ tokens, patches: 20, width: 21, format, sharded });
  });

  it.each([
    ['positive', Math.abs],
    ['negative', (value: number) => -Math.abs(value)],
    ['all 0', () => 0],
    ['very small', (value: number) => value * 2 ** -60],
    ['very large', (value: number) => value * 2 ** 60],
  ] as const)('keeps its digits where the numbers are %s', (_label, change) =>
    check({ tokens, patches: 5, width: 30 }, change),
  );
});

it('books what class tokens and positions keep, each under its own name', async () => {
  const shape = { tokens: 2, patches: 6, width: 33 };
  const { options, parameters } = await constantsOf(shape, (value) => value);
  const x = randomMatrix(9, shape.patches, shape.width);
  const g = randomMatrix(10, 8, shape.width);
  const output = reference.forward([x], parameters);
  const carried: Matrix = { ...output, data: output.data.map((value, index) => value * g.data[index]!) };
  const inputs = [x, parameters.classTokens, parameters.positions] as const;
  const [, cls, positions] = classReference.relevance(carried, inputs).map(total);
  await gpu().scopeAsync(async () => {
    const { saved } = classAndPositions.forward(gpu(), [upload(gpu(), x)], options);
    const ledger = new Ledger(gpu(), 0, 8);
    classAndPositions.relevance({ gpu: gpu(), rules: attnLrp, ledger }, upload(gpu(), g), saved, options);
    const { absorbed } = await ledger.read();
    expect(deviation([...absorbed.cls, ...absorbed.positions], [cls!, positions!])).toBeLessThan(tolerance);
    expect(absorbed.biases).toEqual([0]);
  });
});

it('refuses positions of another number of rows, and names them', async () => {
  const { options } = await constantsOf({ tokens: 1, patches: 4, width: 8 }, (value) => value);
  gpu().scope(() => {
    const x = upload(gpu(), randomMatrix(1, 5, 8));
    expect(() => classAndPositions.forward(gpu(), [x], options)).toThrow(
      '1 class tokens and 5 patches of width 8 do not fit F32 weight [5, 8]',
    );
  });
});
