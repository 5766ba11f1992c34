import { expect, test, vi } from 'vitest';
import { ReadBack } from './read-back.ts';
import type { Tensor } from './tensor.ts';

vi.stubGlobal('GPUBufferUsage', { MAP_READ: 1, COPY_DST: 2 });
vi.stubGlobal('GPUMapMode', { READ: 1 });

function deviceOf(mapAsync: () => Promise<void>) {
  const destroy = vi.fn();
  const createBuffer = vi.fn(({ size }: GPUBufferDescriptor) => {
    const bytes = new Uint8Array(size);
    return { bytes, mapAsync, getMappedRange: () => bytes.buffer, unmap: () => bytes.fill(0), destroy };
  });
  return { readBack: new ReadBack({ createBuffer } as unknown as GPUDevice), createBuffer, destroy };
}

/** Copies at once. */
const encoder = {
  copyBufferToBuffer: (from: { bytes: Uint8Array }, _: number, to: { bytes: Uint8Array }) => to.bytes.set(from.bytes),
} as unknown as GPUCommandEncoder;
const tensorOf = (...bytes: number[]): Tensor =>
  ({ rows: 1, width: bytes.length / 4, storage: { buffer: { bytes: new Uint8Array(bytes) } } }) as unknown as Tensor;

test('gives the bytes, which stay when the staging buffer is used again', async () => {
  const { readBack, createBuffer } = deviceOf(async () => undefined);
  const first = await readBack.copy(tensorOf(1, 2, 3, 4), encoder)();
  const second = await readBack.copy(tensorOf(5, 6, 7, 8), encoder)();
  expect([first, second].map((bytes) => [...new Uint8Array(bytes)])).toEqual([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
  expect(createBuffer).toHaveBeenCalledOnce();
});

test('keeps apart what is under way at once', async () => {
  const { readBack } = deviceOf(async () => undefined);
  const arrivals = [tensorOf(1, 2, 3, 4), tensorOf(5, 6, 7, 8)].map((tensor) => readBack.copy(tensor, encoder));
  const read = await Promise.all(arrivals.map((arrival) => arrival()));
  expect(read.map((bytes) => new Uint8Array(bytes)[0])).toEqual([1, 5]);
});

test('says what failed, and never uses that buffer again', async () => {
  const { readBack, createBuffer, destroy } = deviceOf(() => Promise.reject(new Error('unmapped')));
  const reading = () => readBack.copy(tensorOf(1, 2, 3, 4), encoder)();
  await expect(reading()).rejects.toThrow(
    expect.objectContaining({ name: 'GpuError', message: expect.stringMatching(/^Reading 4 bytes .*unmapped$/) }),
  );
  expect(destroy).toHaveBeenCalledOnce();
  await expect(reading()).rejects.toThrow();
  expect(createBuffer).toHaveBeenCalledTimes(2);
});
