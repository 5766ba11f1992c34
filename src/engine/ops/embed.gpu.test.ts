import { expect, it } from 'vitest';
import { toFloat32 } from '../../load/decode.ts';
import { deviation, useGpu } from '../gpu.test-helper.ts';
import { at, generate, type Matrix } from '../matrix.ts';
import type { Tensor } from '../tensor.ts';
import type { DenseFormat } from '../weight-data.ts';
import { uploadWeight } from '../weight.ts';
import { tolerance, upload } from './check-op.test-helper.ts';
import * as reference from './embed.reference.ts';
import { embed, seedMultiplier } from './embed.ts';
import { randomMatrix } from './random.test-helper.ts';
import { storedWeight } from './stored-weight.test-helper.ts';

const gpu = useGpu();
const formats: readonly DenseFormat[] = ['F32', 'F16', 'BF16'];
const uploadIds = (ids: readonly number[]): Tensor => gpu().upload(Uint32Array.from(ids), ids.length, 1, 'ids');

/** Rows of a table in pieces of 7, where there are pieces. */
const shardBytes = (format: DenseFormat, width: number): number =>
  7 * Math.ceil(width / 8) * 8 * (format === 'F32' ? 4 : 2);

it.each(formats)('gathers rows of a table in %s, exactly, from one shard or from many', async (format) => {
  for (const width of [1, 13, 64, 172, 521]) {
    for (const shard of [undefined, shardBytes(format, width)]) {
      const { weight, decoded } = await storedWeight(gpu(), randomMatrix(width, 37, width), format, shard);
      expect(weight.shards).toHaveLength(shard ? 6 : 1);
      const ids = [36, 0, 6, 7, 0, 35, 21];
      await gpu().scopeAsync(async () => {
        const found = await gpu().readFloats(embed(gpu(), uploadIds(ids), weight));
        const expected = reference.forward([generate(ids.length, 1, (row) => ids[row]!)], { table: decoded });
        expect([...found], `width ${width}`).toEqual([...expected.data]);
      });
    }
  }
});

it.each(['F16', 'BF16'] as const)('reads every finite number that %s can hold', async (format) => {
  const codes = Uint16Array.from({ length: 65_536 }, (_, code) => code);
  const exponent = format === 'F16' ? 0x7c00 : 0x7f80;
  // Subnormal bfloat16 numbers are subnormal float32 numbers, which WebGPU may flush to 0.
  const readable = (code: number): boolean =>
    (code & exponent) !== exponent && (format === 'F16' || (code & exponent) !== 0 || (code & 0x7fff) === 0);
  const bytes = new Uint8Array(codes.map((code) => (readable(code) ? code : 0)).buffer);
  const read = async (first: number, last: number) => bytes.slice(first * 512, last * 512);
  const table = await uploadWeight(gpu(), { name: 'all numbers', format, rows: 256, columns: 256, read });
  await gpu().scopeAsync(async () => {
    const ids = uploadIds(Array.from({ length: 256 }, (_, row) => row));
    const found = await gpu().readFloats(embed(gpu(), ids, table));
    const expected = toFloat32(bytes, format);
    expect(found.findIndex((value, code) => value !== expected[code])).toBe(-1);
  });
});

/** Σ_i c_i head[ids_i] + shift · mean row. */
function seedReference(
  head: Matrix,
  ids: readonly number[],
  c: readonly number[],
  shift: number,
  mean: Matrix,
): Matrix {
  return generate(1, head.width, (_, column) =>
    ids.reduce((sum, id, i) => sum + c[i]! * at(head, id, column), shift * at(mean, 0, column)),
  );
}

it.each(formats)('seeds an explanation with rows of a head in %s and a share of the mean row', async (format) => {
  const [width, vocabulary] = [172, 29];
  for (const shard of [undefined, shardBytes(format, width)]) {
    const { weight, decoded } = await storedWeight(gpu(), randomMatrix(1, vocabulary, width), format, shard);
    const mean = randomMatrix(2, 1, width);
    const cases: readonly (readonly [ids: number[], c: number[], shift: number])[] = [
      [[28], [1], 0],
      [[0], [1], -1],
      [[3, 14], [1, -1], 0],
      [[3, 27, 3, 8], [0.5, -2, 1.5, 0.25], 0.75],
    ];
    for (const [ids, c, shift] of cases) {
      await gpu().scopeAsync(async () => {
        const coefficients = gpu().upload(Float32Array.from(c), c.length, 1, 'coefficients');
        // Without a shift nobody provides a mean row: whatever is bound in its place must not matter.
        const unused = { ...mean, data: mean.data.map(() => NaN) };
        const meanRow = upload(gpu(), shift === 0 ? unused : mean);
        const g = seedMultiplier(gpu(), weight, { ids: uploadIds(ids), coefficients, shift, meanRow });
        const expected = seedReference(decoded, ids, c, shift, mean);
        expect(deviation(await gpu().readFloats(g), expected.data), `ids ${ids}, shift ${shift}`).toBeLessThan(
          tolerance,
        );
      });
    }
  }
});

it('cancels a token against itself, exactly', async () => {
  const { weight } = await storedWeight(gpu(), randomMatrix(3, 29, 70), 'BF16');
  await gpu().scopeAsync(async () => {
    const coefficients = gpu().upload(Float32Array.of(1, -1), 2, 1, 'coefficients');
    const seed = { ids: uploadIds([5, 5]), coefficients, shift: 0, meanRow: coefficients };
    const g = await gpu().readFloats(seedMultiplier(gpu(), weight, seed));
    expect(g.every((value) => value === 0)).toBe(true);
  });
});
