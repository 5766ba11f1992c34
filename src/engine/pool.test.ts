import { beforeEach, expect, test, vi } from 'vitest';
import { Pool, createStorage, sizeClass, type Storage } from './pool.ts';

vi.stubGlobal('GPUBufferUsage', { STORAGE: 1, COPY_SRC: 2, COPY_DST: 4 });

interface FakeBuffer {
  readonly label: string;
  readonly size: number;
  destroyed: boolean;
}

let buffers: FakeBuffer[] = [];
const device = {
  limits: { maxBufferSize: 1e6 },
  createBuffer({ label, size }: { readonly label: string; readonly size: number }) {
    const buffer = { label, size, destroyed: false, destroy: () => (buffer.destroyed = true) };
    buffers.push(buffer);
    return buffer;
  },
} as unknown as GPUDevice;

let pool: Pool;
beforeEach(() => {
  buffers = [];
  pool = new Pool(device);
});

const standing = (): number => buffers.filter(({ destroyed }) => !destroyed).reduce((sum, { size }) => sum + size, 0);

test('sizes hold what was asked for, never shrink as it grows, and are whole multiples of 256', () => {
  let before = 0;
  for (let bytes = 1; bytes < 300_000; bytes += bytes < 5000 ? 1 : 97) {
    const size = sizeClass(bytes);
    expect(size).toBeGreaterThanOrEqual(bytes);
    expect(size).toBeGreaterThanOrEqual(before);
    expect(size % 256).toBe(0);
    before = size;
  }
});

test('sizes waste at most an eighth above 2 KB, in at most eight classes per power of two', () => {
  for (const power of [2048, 2 ** 16, 2 ** 27, 2 ** 31]) {
    const classes = new Set<number>();
    for (let part = 0; part < 1000; part++) {
      const bytes = power + 1 + Math.floor((power * part) / 1001);
      expect(sizeClass(bytes) - bytes).toBeLessThanOrEqual(bytes / 8);
      classes.add(sizeClass(bytes));
    }
    expect(classes.size).toBe(8);
    expect(sizeClass(power)).toBe(power);
  }
});

test('hands out the oldest buffer first, in whatever order they came back: equal work meets equal buffers', () => {
  const [a, b, c] = [0, 1, 2].map(() => pool.take(1000, 'same size')) as [Storage, Storage, Storage];
  for (const order of [
    [b, c, a],
    [c, b, a],
    [a, c, b],
  ]) {
    for (const storage of order) pool.give(storage);
    expect([0, 1, 2].map(() => pool.take(900, 'again'))).toEqual([a, b, c]);
  }
  pool.give(c);
  pool.give(a);
  expect([pool.take(900, 'one'), pool.take(900, 'two')]).toEqual([a, c]);
  expect(pool.created).toBe(3);
});

test('never hands out a buffer that is held, nor one of another size', () => {
  const held = pool.take(1000, 'held');
  const large = pool.take(5000, 'large');
  pool.give(large);
  const next = pool.take(1000, 'next');
  expect(next).not.toBe(held);
  expect(next).not.toBe(large);
  expect(next.id).not.toBe(held.id);
});

test('counts the bytes that are held, were held at most, and exist', () => {
  const a = pool.take(1024, 'a');
  const b = pool.take(3000, 'b');
  expect([pool.liveBytes, pool.peakBytes, pool.totalBytes]).toEqual([4096, 4096, 4096]);
  pool.give(b);
  expect([pool.liveBytes, pool.peakBytes, pool.totalBytes]).toEqual([1024, 4096, 4096]);
  pool.give(a);
  pool.take(1024, 'a again');
  expect([pool.liveBytes, pool.peakBytes, pool.totalBytes]).toEqual([1024, 4096, standing()]);
});

test('lets go of what the last four rounds did not use, and of nothing else', () => {
  const held = pool.take(512, 'held');
  pool.give(pool.take(1024, 'used once'));
  const trimmed: boolean[] = [];
  for (let round = 0; round < 4; round++) {
    pool.give(pool.take(2048, 'used in every round'));
    trimmed.push(pool.trim());
  }
  expect(trimmed).toEqual([false, false, false, true]);
  expect(buffers.map(({ destroyed }) => destroyed)).toEqual([false, true, false]);
  expect(pool.totalBytes).toBe(standing());
  expect(pool.liveBytes).toBe(held.bytes);
});

test('destroys what is free, and keeps what is held', () => {
  const held = pool.take(512, 'held');
  pool.give(pool.take(1024, 'free'));
  pool.destroy();
  expect(buffers.map(({ destroyed }) => destroyed)).toEqual([false, true]);
  expect([pool.totalBytes, pool.liveBytes]).toEqual([512, 512]);
  pool.give(held);
  expect(pool.take(512, 'again')).toBe(held);
});

test('refuses a buffer above the limit of the device, and says how large it would be', () => {
  expect(() => createStorage(device, 3_000_000, 'a cache')).toThrow(
    expect.objectContaining({
      name: 'OutOfMemoryError',
      message: expect.stringContaining('a cache needs 3.0 MB, but a buffer on this GPU holds at most 1.0 MB'),
    }),
  );
  expect(buffers).toEqual([]);
});

test('knows when a new buffer would go beyond a limit that unused ones keep it from', () => {
  const held = pool.take(1024, 'held');
  expect(pool.exceeds(1e5, 1e4)).toBe(false); // nothing lies unused: letting go would not help
  pool.give(pool.take(4096, 'unused'));
  expect(pool.exceeds(4096, 1)).toBe(false); // no new one is needed
  expect(pool.exceeds(1024, held.bytes + 4096 + 1024)).toBe(false);
  expect(pool.exceeds(1024, held.bytes + 4096 + 1023)).toBe(true);
});
