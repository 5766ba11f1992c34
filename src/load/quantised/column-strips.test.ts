// Columns of stored matrices: whole tensors once, larger ones in strips that keep to their limit.
import { describe, expect, test } from 'vitest';
import type { StoredTensor } from '../stored-tensor.ts';
import { columnStrips } from './column-strips.ts';

const [rows, columns] = [40, 25];
const values = Uint16Array.from({ length: rows * columns }, (_, index) => index);

/** A matrix behind 6 bytes of something else, and how many bytes were read at a time. */
function matrix(): { tensor: StoredTensor; reads: number[] } {
  const reads: number[] = [];
  const bytes = new Uint8Array(6 + values.byteLength);
  bytes.set(new Uint8Array(values.buffer), 6);
  const file = {
    name: 'model.safetensors',
    size: bytes.length,
    read: async (start: number, end: number) => {
      reads.push(end - start);
      return bytes.slice(start, end);
    },
  };
  return {
    tensor: { name: 'matrix', dtype: 'F16', shape: [rows, columns], file, start: 6, end: bytes.length },
    reads,
  };
}

/** Columns [first, last) as they come out, after asking for `step` of them at a time. */
async function collect(limit: number, step: number): Promise<{ same: boolean; reads: number[]; largest: number }> {
  const { tensor, reads } = matrix();
  const strips = columnStrips(tensor, { whole: limit, strip: limit });
  let same = true;
  let largest = 0;
  for (let first = 0; first < columns; first += step) {
    const last = Math.min(columns, first + step);
    const { bytes, firstColumn, columns: width } = await strips.read(first, last);
    largest = Math.max(largest, bytes.length);
    const strip = new Uint16Array(bytes.buffer);
    for (let row = 0; row < rows; row++)
      for (let column = first; column < last; column++)
        same &&= strip[row * width + column - firstColumn] === values[row * columns + column];
  }
  return { same, reads, largest };
}

const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);

describe('columns of a stored matrix', () => {
  test('come from one read where the whole fits', async () => {
    const { same, reads } = await collect(values.byteLength, 4);
    expect([same, reads]).toEqual([true, [values.byteLength]]);
  });

  test('come from strips within the limit where it does not, every byte read once', async () => {
    const { same, reads, largest } = await collect(rows * 2 * 8, 4);
    expect(same).toBe(true);
    expect(largest).toBe(rows * 2 * 8);
    expect(total(reads)).toBe(values.byteLength);
  });

  test('may be asked for more at once than the limit holds', async () => {
    const { same, reads } = await collect(rows, 10);
    expect([same, total(reads)]).toEqual([true, values.byteLength]);
  });

  test('may be asked for across the end of a strip, which is then read from there', async () => {
    const { same, reads } = await collect(rows * 2 * 8, 3);
    expect(same).toBe(true);
    expect(total(reads)).toBeLessThan(1.5 * values.byteLength);
  });

  test('are kept until they are let go', async () => {
    const { tensor, reads } = matrix();
    const strips = columnStrips(tensor);
    await strips.read(0, 3);
    await strips.read(3, columns);
    await strips.read(3, columns);
    expect(reads).toHaveLength(1);
    strips.release();
    await strips.read(0, 1);
    expect(reads).toHaveLength(2);
  });

  test('stop being read when the job is cancelled', async () => {
    const { tensor } = matrix();
    const file = {
      ...tensor.file,
      read: async (_from: number, _to: number, signal?: AbortSignal) => (signal?.throwIfAborted(), new Uint8Array()),
    };
    await expect(columnStrips({ ...tensor, file }).read(0, 1, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
