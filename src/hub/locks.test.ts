import { describe, expect, it, vi } from 'vitest';
import { processLocks, withLock } from './locks.ts';

describe('processLocks', () => {
  it('lets one after the other in, in the order of asking', async () => {
    const locks = processLocks();
    const order: number[] = [];
    const job = (number: number) =>
      withLock(locks, 'model', {}, async () => {
        order.push(number);
        await new Promise((resolve) => setTimeout(resolve, 1));
        order.push(number);
      });
    await Promise.all([job(1), job(2), job(3), withLock(locks, 'other', {}, async () => void order.push(0))]);
    expect(order.filter((number) => number > 0)).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it('says that it has to wait, and gives up waiting when it is cancelled', async () => {
    const locks = processLocks();
    const release = await locks.acquire('model');
    expect(await locks.tryAcquire('model')).toBeNull();
    const stop = new AbortController();
    const onWait = vi.fn();
    const waiting = locks.acquire('model', { signal: stop.signal, onWait });
    await Promise.resolve();
    expect(onWait).toHaveBeenCalledOnce();
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    release();
    release();
    expect(await locks.tryAcquire('model')).not.toBeNull();
  });

  it('frees the lock of a job that fails', async () => {
    const locks = processLocks();
    await expect(withLock(locks, 'model', {}, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await locks.tryAcquire('model')).not.toBeNull();
  });
});
