// Matrices that lie on top of each other, whatever each is stored as: one product there, and one back.
import { describe, expect, it } from 'vitest';
import { useGpu, deviation } from './gpu.test-helper.ts';
import { at, generate, zeros, type Matrix } from './matrix.ts';
import { checkOp, tolerance, upload } from './ops/check-op.test-helper.ts';
import * as add from './ops/add.reference.ts';
import * as reference from './ops/linear.reference.ts';
import { linear, linearOnto } from './ops/linear.ts';
import { multiplyBack } from './ops/products.ts';
import { randomQuantised, table } from './ops/quantised-weight.test-helper.ts';
import { randomMatrix } from './ops/random.test-helper.ts';
import type { ReferenceOp } from './ops/reference-op.ts';
import { storedWeight } from './ops/stored-weight.test-helper.ts';
import { joinedVectors, uploadStack } from './stack.ts';
import type { QuantisedFormat, WeightData } from './weight-data.ts';
import { destroyWeight, weightBytes, type Weight } from './weight.ts';

const gpu = useGpu();
const columns = 72;
const int4: QuantisedFormat = { bits: 4, kind: 'zero-bf16', group: 32 };
const int8: QuantisedFormat = { bits: 8, kind: 'zero-bf16', group: 64 };
const blocks: QuantisedFormat = { bits: 4, kind: 'table-f32', group: 64, table };

interface Part {
  readonly data: WeightData;
  readonly decoded: Matrix;
}

const quantised = (seed: number, rows: number, format: QuantisedFormat, reordered = false): Part =>
  randomQuantised(seed, { rows, columns, format, reordered });

function dense(seed: number, rows: number): Part {
  const decoded = randomMatrix(seed, rows, columns);
  const floats = Float32Array.from(decoded.data);
  const read = async (first: number, last: number) =>
    new Uint8Array(floats.slice(first * columns, last * columns).buffer);
  return { data: { name: `part ${seed}`, format: 'F32', rows, columns, read }, decoded };
}

function onTop(parts: readonly Part[]): Matrix {
  const data = Float64Array.from(parts.flatMap(({ decoded }) => [...decoded.data]));
  return { rows: data.length / columns, width: columns, data };
}

async function stacked(parts: readonly Part[], shardBytes?: number): Promise<Weight> {
  const cap = gpu().bindingCap;
  if (shardBytes !== undefined) gpu().bindingCap = shardBytes;
  try {
    return await uploadStack(
      gpu(),
      'stack',
      parts.map(({ data }) => data),
    );
  } finally {
    gpu().bindingCap = cap;
  }
}

async function check(parts: readonly Part[], label: string, shards: number, shardBytes?: number): Promise<void> {
  const weight = await stacked(parts, shardBytes);
  expect(weight.shards, label).toHaveLength(shards);
  const parameters = { weight: onTop(parts) };
  for (const rows of [1, 9]) {
    const inputs = [randomMatrix(rows, rows, columns)] as const;
    await checkOp(gpu(), { op: linear, options: { weight }, reference, parameters, inputs, label });
  }
  destroyWeight(weight);
}

describe('a stack', () => {
  it('is one shard where its parts are stored alike', async () => {
    await check([dense(1, 17), dense(2, 5), dense(3, 40)], 'dense', 1);
    await check([quantised(1, 17, int4), quantised(2, 6, int4)], 'int4', 1);
    // The same seed of the order, hence the same order.
    const [above, below] = [quantised(4, 17, int4, true), quantised(4, 17, int4, true)];
    await check([above, below], 'ordered alike', 1);
  });

  it('counts an order that its shards share once', async () => {
    const weight = await stacked([quantised(4, 17, int4, true), quantised(4, 17, int4, true)], 600);
    expect(weight.shards.length).toBeGreaterThan(1);
    const planes = weight.shards.reduce((sum, { storage, groups }) => sum + storage.bytes + groups!.bytes, 0);
    expect(weightBytes(weight)).toBe(planes + 4 * columns);
  });

  it('has a shard for each way of storing', async () => {
    await check([quantised(1, 17, int4), quantised(2, 6, int8), dense(3, 4)], 'three formats', 3);
    const parts = [quantised(4, 17, int4, true), quantised(9, 6, int4, true), quantised(5, 8, int4)];
    await check(parts, 'three orders', 3);
  });

  it('begins a shard where blocks that run across rows do not end with a matrix', async () => {
    // 8 rows of 72 columns are nine blocks of 64.
    await check([quantised(1, 8, blocks), quantised(2, 9, blocks)], 'whole blocks', 1);
    await check([quantised(1, 9, blocks), quantised(2, 8, blocks)], 'broken blocks', 2);
  });

  it('is split where the binding limit wants it, across its parts', async () => {
    await check([dense(1, 17), dense(2, 5), dense(3, 40)], 'dense', 7, 9 * columns * 4);
  });

  it('goes back through its last rows only where nothing comes to the others', async () => {
    const parts = [quantised(1, 17, int4), quantised(2, 9, int4), dense(3, 12)];
    const whole = onTop(parts);
    for (const [first, weight] of [
      [17, await stacked(parts)],
      [20, await stacked(parts, 600)],
      [30, await stacked(parts)],
    ] as const) {
      const random = randomMatrix(first, 9, whole.rows);
      const g = generate(9, whole.rows, (row, column) => (column < first ? 0 : at(random, row, column)));
      // Where zeros are known nothing is read, so that what stands there does not matter.
      const dirty = generate(9, whole.rows, (row, column) => (column < first ? NaN : at(random, row, column)));
      const [expected] = reference.derivative(g, [zeros(9, columns)], { weight: whole });
      await gpu().scopeAsync(async () => {
        const found = multiplyBack(gpu(), { ...upload(gpu(), dirty), zeros: first }, weight);
        expect(deviation(await gpu().readFloats(found), expected!.data)).toBeLessThan(tolerance);
      });
    }
  });

  it('leaves nothing on the GPU where a part cannot be read', async () => {
    const { device } = gpu();
    const made: GPUBuffer[] = [];
    const destroyed: GPUBuffer[] = [];
    const createBuffer = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer(descriptor);
      const destroy = buffer.destroy.bind(buffer);
      buffer.destroy = () => (destroyed.push(buffer), destroy());
      made.push(buffer);
      return buffer;
    };
    const broken = { ...quantised(2, 6, int8).data, readGroups: () => Promise.reject(new Error('the file ends here')) };
    try {
      const parts = [quantised(1, 17, int4).data, broken];
      await expect(uploadStack(gpu(), 'stack', parts as readonly WeightData[])).rejects.toThrow('the file ends here');
    } finally {
      device.createBuffer = createBuffer;
    }
    expect(made.length).toBeGreaterThan(2);
    expect(new Set(destroyed)).toEqual(new Set(made));
  });
});

it('a layer that writes to the residual stream adds to it, and hands its multiplier on', async () => {
  const onto: ReferenceOp<readonly [residual: Matrix, x: Matrix], { weight: Matrix; bias: Matrix }> = {
    forward: ([residual, x], parameters) => add.forward([residual, reference.forward([x], parameters)]),
    relevance(output, [residual, x], parameters) {
      const product = reference.forward([x], parameters);
      const [toResidual, toProduct] = add.relevance(output, [residual, product]);
      return [toResidual!, ...reference.relevance(toProduct!, [x], parameters)];
    },
    derivative: (output, [, x], parameters) => [output, ...reference.derivative(output, [x], parameters)],
  };
  for (const rows of [1, 3, 17]) {
    const { weight, decoded } = await storedWeight(gpu(), randomMatrix(rows, 41, columns), 'F16', 3000);
    const { weight: bias, decoded: biasDecoded } = await storedWeight(gpu(), randomMatrix(4, 1, 41));
    await checkOp(gpu(), {
      op: linearOnto,
      options: { weight, bias },
      reference: onto,
      parameters: { weight: decoded, bias: biasDecoded },
      inputs: [randomMatrix(1, rows, 41), randomMatrix(2, rows, columns)] as const,
      label: `${rows} rows`,
    });
  }
  const { weight } = await storedWeight(gpu(), randomMatrix(1, 41, columns));
  gpu().scope(() => {
    const [residual, x] = [upload(gpu(), randomMatrix(1, 2, 40)), upload(gpu(), randomMatrix(2, 2, columns))];
    expect(() => linearOnto.forward(gpu(), [residual, x], { weight })).toThrow('shape [2, 40], expected [2, 41]');
  });
});

it('vectors stand side by side, each read once', async () => {
  let reads = 0;
  const vector = (values: readonly number[]) => ({
    name: 'vector',
    format: 'F32' as const,
    rows: 1,
    columns: values.length,
    read: async () => (reads++, new Uint8Array(Float32Array.from(values).buffer)),
  });
  const [three, two] = [vector([1, 2, 3]), vector([4, 5])];
  const joined = joinedVectors('both', [three, three, two]);
  expect(joined).toMatchObject({ name: 'both', rows: 1, columns: 8 });
  const bytes = await joined.read(0, 1);
  expect([...new Float32Array(bytes.buffer)]).toEqual([1, 2, 3, 1, 2, 3, 4, 5]);
  expect(reads).toBe(2);
});
