import { describe, expect, it } from 'vitest';
import { fromBfloat16, toBfloat16 } from './bfloat16.ts';
import { quantiseRows, type Grid } from './quantise-rows.ts';

/** The weights that codes and entries stand for, read as lib/groups-zero-bf16.wgsl reads them. */
function dequantise(weights: Float32Array, columns: number, grid: Grid) {
  const { codes, groups } = quantiseRows(weights, columns, grid);
  const { bits } = grid;
  const rows = weights.length / columns;
  const words = new Uint32Array(codes.buffer);
  const entries = new Uint32Array(groups.buffer);
  const perWord = 32 / bits;
  const rowWords = (Math.ceil(columns / 8) * bits) / 4;
  const group = grid.group === 0 ? columns : grid.group;
  const perRow = Math.ceil(columns / group);
  expect(words).toHaveLength(rows * rowWords);
  expect(entries).toHaveLength(rows * perRow);
  const codeAt = (row: number, column: number): number =>
    (words[row * rowWords + Math.floor(column / perWord)]! >>> (bits * (column % perWord))) & (2 ** bits - 1);
  const values = Float32Array.from(weights, (_, at) => {
    const row = Math.floor(at / columns);
    const entry = entries[row * perRow + Math.floor((at % columns) / group)]!;
    return fromBfloat16(entry & 0xffff) * (codeAt(row, at % columns) - (entry >>> 16));
  });
  return { values, codeAt, entries };
}

/** Weights of a normal distribution, of another size in every group of 32. */
function normal(count: number, seed = 1): Float32Array {
  let state = seed;
  const uniform = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) + 0.5) / 2 ** 32;
  return Float32Array.from(
    { length: count },
    (_, at) =>
      Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) * (1 + (Math.floor(at / 32) % 7)),
  );
}

const squares = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value * value, 0);
const relativeError = (found: Float32Array, expected: Float32Array): number =>
  Math.sqrt(squares(found.map((value, at) => value - expected[at]!)) / squares(expected));

const grids: readonly Grid[] = [
  { bits: 8, group: 0, zero: 'symmetric' },
  { bits: 8, group: 64, zero: 'symmetric' },
  { bits: 4, group: 32, zero: 'symmetric' },
  { bits: 4, group: 32, zero: 'free' },
  { bits: 4, group: 64, zero: 'symmetric' },
  { bits: 4, group: 64, zero: 'free' },
];

describe.each(grids)('weights of $bits bits, groups of $group, zero $zero', (grid) => {
  it('stay near what they were, in rows of any width', () => {
    for (const columns of [1, 5, 8, 31, 33, 172, 576]) {
      const weights = normal(7 * columns, columns);
      const { values, codeAt } = dequantise(weights, columns, grid);
      // Of a group of few weights the largest is nearly exact, and that is most of it.
      const worst = grid.bits === 4 ? 0.13 : 0.012;
      expect(relativeError(values, weights), `${columns} columns`).toBeLessThan(worst);
      for (let row = 0; row < 7; row++)
        for (let column = columns; column % 8 !== 0; column++) expect(codeAt(row, column)).toBe(0);
    }
  });

  it('are found in a matrix of one column, which pads seven', () => {
    const weights = normal(40);
    const { values, codeAt, entries } = dequantise(weights, 1, grid);
    // A group of one is its own scale, which bfloat16 rounds to 8 bits.
    expect([...values].every((value, row) => Math.abs(value - weights[row]!) < Math.abs(weights[row]!) / 200)).toBe(
      true,
    );
    expect(entries).toHaveLength(40);
    for (let row = 0; row < 40; row++) for (let column = 1; column < 8; column++) expect(codeAt(row, column)).toBe(0);
  });

  it('are exactly 0 where all of a group are', () => {
    const weights = normal(4 * 128);
    weights.fill(0, 128, 256);
    weights.fill(-0, 300, 384);
    const { values } = dequantise(weights, 128, grid);
    expect(values.slice(128, 256).every((value) => value === 0)).toBe(true);
    expect(relativeError(values, weights)).toBeLessThan(0.13);
  });

  it('keep their places whatever their size, of either sign and with outliers', () => {
    for (const size of [1e38, 1e30, 70_000, 1e-4, 1e-20, 1e-34]) {
      const weights = normal(3 * 96).map((value) => (value * size) / 32);
      expect(relativeError(dequantise(weights, 96, grid).values, weights), `size ${size}`).toBeLessThan(0.13);
    }
    const positive = normal(3 * 96).map(Math.abs);
    expect(relativeError(dequantise(positive, 96, grid).values, positive)).toBeLessThan(0.13);
    const lonely = new Float32Array(64);
    lonely[40] = -3;
    expect([...dequantise(lonely, 64, grid).values].every((value, at) => Math.abs(value - lonely[at]!) < 0.012)).toBe(
      true,
    );
  });

  it('stay finite up to the largest there are, whatever else is in the group', () => {
    const largest = 3.4028234663852886e38;
    const shapes: readonly ((at: number) => number)[] = [
      () => largest,
      () => -largest,
      (at) => (at % 2 === 0 ? largest : -largest),
      (at) => ((at % 3) - 1) * largest,
      (at) => (at === 70 ? -largest : at * 1e36),
    ];
    for (const shape of shapes) {
      const weights = Float32Array.from({ length: 2 * 96 }, (_, at) => shape(at));
      const { values } = dequantise(weights, 96, grid);
      // Squares would overflow.
      const part = (numbers: Float32Array) => numbers.map((value) => value / largest);
      expect(relativeError(part(values), part(weights)), String(shape)).toBeLessThan(0.13);
    }
  });

  it('become 0 where they are too small for any scale', () => {
    const weights = normal(64).map((value) => value * 1e-42);
    expect([...dequantise(weights, 64, grid).values].every((value) => value === 0)).toBe(true);
  });
});

it('finds a grid exactly that the weights lie on', () => {
  // 16 values from −6 to 9 times ¼: every code, with the zero at 6.
  const weights = Float32Array.from({ length: 32 }, (_, at) => ((at % 16) - 6) / 4);
  const { values, entries } = dequantise(weights, 32, { bits: 4, group: 32, zero: 'free' });
  expect(values).toEqual(weights);
  expect([...entries]).toEqual([((6 << 16) | toBfloat16(0.25)) >>> 0]);
});

it('packs the lowest bits first', () => {
  const weights = Float32Array.from({ length: 8 }, (_, at) => at - 2);
  const four = quantiseRows(weights, 8, { bits: 4, group: 8, zero: 'free' });
  const entry = new Uint32Array(four.groups.buffer)[0]!;
  const codes = [...weights].map((value) => Math.round(value / fromBfloat16(entry & 0xffff)) + (entry >>> 16));
  expect([...four.codes]).toEqual([0, 2, 4, 6].map((at) => codes[at]! | (codes[at + 1]! << 4)));
  const eight = quantiseRows(Float32Array.of(-1, 0, 1), 3, { bits: 8, group: 0, zero: 'symmetric' });
  const zero = new Uint32Array(eight.groups.buffer)[0]! >>> 16;
  expect(eight.codes).toHaveLength(8);
  expect(eight.codes[1]).toBe(zero);
  expect(eight.codes.slice(3)).toEqual(new Uint8Array(5));
});

it('wins by a free zero what lies to one side, and by clipping what an outlier costs', () => {
  const shifted = normal(32 * 64).map((value) => value + 4);
  const error = (zero: Grid['zero'], weights: Float32Array): number =>
    relativeError(dequantise(weights, 32, { bits: 4, group: 32, zero }).values, weights);
  expect(error('free', shifted)).toBeLessThan(0.9 * error('symmetric', shifted));
  // What rounding alone costs: steps of the range over 15 levels.
  const weights = normal(32 * 64);
  let plain = 0;
  for (let group = 0; group < 64; group++) {
    const part = weights.subarray(32 * group, 32 * group + 32);
    const step = Math.max(...part.map(Math.abs)) / 7;
    plain += squares(part.map((value) => Math.round(value / step) * step - value));
  }
  expect(error('symmetric', weights)).toBeLessThan(0.95 * Math.sqrt(plain / squares(weights)));
});

describe('bfloat16', () => {
  it('rounds to the nearest, ties to even, and keeps the largest numbers finite', () => {
    const pairs = [
      [1, 1],
      [1 + 2 ** -8, 1],
      [1 + 3 * 2 ** -8, 1 + 2 ** -6],
      [1 + 2 ** -8 + 2 ** -20, 1 + 2 ** -7],
      [-0.3, -0.30078125],
      [3.4e38, 3.3895313892515355e38],
      [1e-40, 0],
      [0, 0],
    ] as const;
    for (const [value, expected] of pairs) expect(fromBfloat16(toBfloat16(value))).toBe(expected);
  });
});
