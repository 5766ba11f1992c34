import { expect, it } from 'vitest';
import { nameOfFormat } from './weight-data.ts';
import { everyLayout, layoutOf } from './weight-layout.ts';

it('pads dense rows to whole octets', () => {
  const { octets, words, groups } = layoutOf('F16', 172);
  expect({ octets, rowBytes: words.bytes(1), groups }).toEqual({ octets: 22, rowBytes: 352, groups: null });
});

it('pads quantised rows to whole groups, and so to no more than the row where that is shorter', () => {
  const rowOf = (bits: 4 | 8, columns: number, group: number) => {
    const { octets, words, groups, constants } = layoutOf({ bits, kind: 'zero-bf16', group }, columns);
    return [octets, words.bytes(1), groups!.bytes(1), constants['GROUP_OCTETS']];
  };
  expect(rowOf(4, 576, 32)).toEqual([72, 288, 72, 4]);
  expect(rowOf(4, 172, 32)).toEqual([24, 96, 24, 4]);
  expect(rowOf(8, 172, 64)).toEqual([24, 192, 12, 8]);
  expect(rowOf(4, 5, 32)).toEqual([1, 4, 4, 1]);
  expect(rowOf(8, 172, 0)).toEqual([22, 176, 4, 22]);
  expect(layoutOf({ bits: 4, kind: 'affine-f32', group: 32 }, 64).groups!.bytes(3)).toBe(48);
});

it('tells groups of whole quads, whose rows begin with one, from others', () => {
  const nameOf = (columns: number, group: number) => layoutOf({ bits: 4, kind: 'zero-bf16', group }, columns).name;
  expect([nameOf(576, 32), nameOf(172, 64), nameOf(64, 0)]).toEqual(Array(3).fill('int4 zero-bf16'));
  expect([nameOf(64, 8), nameOf(172, 0), nameOf(20, 32)]).toEqual(Array(3).fill('int4 zero-bf16 (uneven)'));
});

it('begins the shards of a table where its blocks begin', () => {
  const blocks = (columns: number, group: number) => {
    const { octets, rowStep, groups, name } = layoutOf({ bits: 4, kind: 'table-f32', group, table: [] }, columns);
    return [octets, rowStep, groups!.header.length, groups!.bytes(rowStep), name];
  };
  expect(blocks(576, 64)).toEqual([72, 1, 64, 36, 'int4 table-f32']);
  expect(blocks(160, 64)).toEqual([20, 2, 64, 20, 'int4 table-f32']);
  expect(blocks(77, 64)).toEqual([10, 64, 64, 308, 'int4 table-f32 (ragged)']);
  // Of three rows of 160, the eighth block is half filled.
  expect(layoutOf({ bits: 4, kind: 'table-f32', group: 64 }, 160).groups!.bytes(3)).toBe(32);
  expect(() => layoutOf({ bits: 8, kind: 'table-f32', group: 64 }, 64)).toThrow('Codes of 8 bits cannot stand for');
});

it('names every variant of WGSL once', () => {
  const names = everyLayout().map(({ name }) => name);
  expect(names).toHaveLength(3 + 2 * 6 + 1 + 2);
  expect(new Set(names).size).toBe(names.length);
});

it('tells formats apart in words', () => {
  expect(nameOfFormat('BF16')).toBe('BF16');
  expect(nameOfFormat({ bits: 4, kind: 'zero-f16', group: 32 })).toBe('int4 (group 32)');
  expect(nameOfFormat({ bits: 8, kind: 'zero-f32', group: 0 })).toBe('int8 (per row)');
  expect(nameOfFormat({ bits: 4, kind: 'table-f32', group: 64 })).toBe('int4 (table, blocks of 64)');
});
