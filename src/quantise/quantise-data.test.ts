import { expect, it } from 'vitest';
import type { DenseData } from '../engine/weight-data.ts';
import { quantise } from './quantise-data.ts';
import { quantiseRows, type Grid } from './quantise-rows.ts';

const grid: Grid = { bits: 4, group: 32, zero: 'free' };

/** 9 rows of 40 weights in F32, and what is read of them. */
function dense(values = Float32Array.from({ length: 360 }, (_, at) => Math.sin(at))) {
  const reads: (readonly [number, number])[] = [];
  const data: DenseData = {
    name: 'model.layers.3.mlp.up_proj.weight',
    format: 'F32',
    rows: 9,
    columns: 40,
    async read(first, last) {
      reads.push([first, last]);
      return new Uint8Array(values.slice(first * 40, last * 40).buffer);
    },
  };
  return { data, reads, values };
}

it('gives the codes and groups of any rows, and reads those once for both', async () => {
  const { data, reads, values } = dense();
  const quantised = quantise(data, grid);
  expect(quantised).toMatchObject({ rows: 9, columns: 40, format: { bits: 4, kind: 'zero-bf16', group: 32 } });
  for (const [first, last] of [
    [0, 4],
    [4, 9],
    [4, 9],
  ] as const) {
    const expected = quantiseRows(values.slice(first * 40, last * 40), 40, grid);
    expect(await quantised.readCodes(first, last)).toEqual(expected.codes);
    expect(await quantised.readGroups(first, last)).toEqual(expected.groups);
  }
  expect(reads).toEqual([
    [0, 4],
    [4, 9],
    [4, 9],
  ]);
});

it('gives the same of rows so wide, or so many, that they are read in pieces', async () => {
  for (const [rows, columns] of [
    [3, 2 ** 19 + 24],
    [2 ** 15, 40],
  ] as const) {
    const values = new Float32Array(rows * columns);
    for (let at = 0; at < values.length; at++) values[at] = ((at * 2_654_435_761) % 1000) - 499;
    const reads: number[] = [];
    const read = async (first: number, last: number) => {
      reads.push(last - first);
      return new Uint8Array(values.slice(first * columns, last * columns).buffer);
    };
    const quantised = quantise({ name: 'wide', format: 'F32', rows, columns, read }, grid);
    const expected = quantiseRows(values, columns, grid);
    // Byte for byte, which toEqual would do number by number.
    expect(Buffer.compare(await quantised.readCodes(0, rows), expected.codes)).toBe(0);
    expect(Buffer.compare(await quantised.readGroups(0, rows), expected.groups)).toBe(0);
    expect(reads).toEqual(rows === 3 ? [1, 1, 1] : [26_214, 6554]);
  }
}, 60_000);

it('widens half precision first', async () => {
  const { data } = dense();
  // 1, −2, ½ and 0 as bfloat16.
  const halves = Uint16Array.from({ length: 360 }, (_, at) => [0x3f80, 0xc000, 0x3f00, 0][at % 4]!);
  const read = async (first: number, last: number) => new Uint8Array(halves.slice(first * 40, last * 40).buffer);
  const quantised = quantise({ ...data, format: 'BF16', read }, grid);
  const wide = Float32Array.from({ length: 80 }, (_, at) => [1, -2, 0.5, 0][at % 4]!);
  expect(await quantised.readCodes(0, 2)).toEqual(quantiseRows(wide, 40, grid).codes);
});

it.each([NaN, Infinity, -Infinity])('refuses %s, and names tensor and place', async (value) => {
  const { data, values } = dense();
  values[5 * 40 + 7] = value;
  await expect(quantise(data, grid).readCodes(2, 9)).rejects.toThrow(
    `Tensor "model.layers.3.mlp.up_proj.weight" holds ${value} in row 5, column 7, which cannot be quantised.`,
  );
});
