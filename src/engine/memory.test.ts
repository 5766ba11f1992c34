import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Memory } from './memory.ts';
import type { Tensor } from './tensor.ts';

vi.stubGlobal('GPUBufferUsage', { STORAGE: 1, COPY_SRC: 2, COPY_DST: 4 });

const device = {
  limits: { maxBufferSize: 1e7, maxStorageBufferBindingSize: 4e6 },
  createBuffer: () => ({ destroy: () => undefined }),
} as unknown as GPUDevice;

let memory: Memory;
let made: string[];
let owner: { poolLimit: number; purge: () => void };
beforeEach(() => {
  made = [];
  owner = { poolLimit: Infinity, purge: vi.fn(() => memory.pool.destroy()) };
  memory = new Memory(device, { allocation: (label) => void made.push(label) }, owner);
});

/** A tensor of 1 KiB. */
const tensor = (label = 'x'): Tensor => memory.allocate(16, 16, label);
const held = (): number => memory.pool.liveBytes / 1024;

describe('a scope', () => {
  test.each<[string, () => unknown, number]>([
    ['gives back what was allocated inside', () => void [tensor(), tensor()], 0],
    ['but what it returns', () => (tensor(), tensor()), 1],
    [
      'however deep that lies',
      () => ({ some: [tensor(), { deep: tensor() }, null, 3], numbers: new Uint8Array(8) }),
      2,
    ],
    ['and what was kept', () => void memory.keep(tensor()), 1],
    ['and what an inner one did not return', () => memory.scope(() => void tensor()), 0],
  ])('%s', (_, body, left) => {
    memory.scope(body);
    expect(held()).toBe(left);
  });

  test('gives back what an inner one returned', () => {
    memory.scope(() => {
      memory.scope(() => [tensor(), tensor()]);
      expect(held()).toBe(2);
    });
    expect(held()).toBe(0);
  });

  test('gives back everything, and no more, where its body fails', async () => {
    await memory.scopeAsync(async () => {
      const before = tensor();
      const fail = () => {
        tensor();
        throw new Error('no');
      };
      expect(() => memory.scope(fail)).toThrow('no');
      await expect(memory.scopeAsync(async () => fail())).rejects.toThrow('no');
      expect(held()).toBe(1);
      memory.release(before);
      expect(held()).toBe(0);
    });
    expect(held()).toBe(0);
  });
});

test('releases tensors of the current scope only, and each once', () => {
  const outside = tensor();
  memory.scope(() => {
    const inside = tensor();
    for (const one of [inside, inside, outside]) memory.release(one);
    expect(held()).toBe(1);
  });
  memory.discard(outside);
  expect(held()).toBe(0);
});

test('tells of the buffers that are made, not of those that are used again', () => {
  memory.scope(() => void tensor('first'));
  memory.scope(() => void tensor('again'));
  memory.allocateForever(100, 'cache');
  expect(made).toEqual(['first', 'cache']);
});

test('rounds what stays up to 16 bytes, and gives empty tensors a buffer', () => {
  expect(memory.allocateForever(100, 'cache').bytes).toBe(112);
  expect(memory.allocate(0, 16, 'empty').storage.bytes).toBeGreaterThan(0);
});

test('lets go of unused buffers before the limit is passed, and not for what cannot be bound', () => {
  memory.scope(() => void memory.allocate(64, 64, 'large'));
  owner.poolLimit = memory.pool.totalBytes;
  const refused = expect.objectContaining({
    name: 'OutOfMemoryError',
    message: 'scores needs 5 MB, but this GPU binds at most 4 MB at once. Use a shorter text or a smaller model.',
  });
  expect(() => memory.allocate(1250, 1000, 'scores')).toThrow(refused);
  expect(() => memory.allocateForever(5e6, 'scores')).toThrow(refused);
  expect(owner.purge).not.toHaveBeenCalled();
  tensor();
  expect(owner.purge).toHaveBeenCalledOnce();
  expect(memory.pool.totalBytes).toBe(1024);
});
