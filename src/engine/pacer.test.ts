import { expect, test } from 'vitest';
import { Pacer } from './pacer.ts';

/** A GPU of so many multiplications a second, which works on one submission after the other. */
function gpuOf(speed: number) {
  let time = 0;
  let free = 0;
  const pacer = new Pacer(() => time);
  /** Encodes blocks until the pacer has enough; how long the GPU then takes, in seconds. */
  const submit = (work: number, most = Infinity): number => {
    let total = 0;
    let blocks = 0;
    for (; blocks < most && !pacer.isFull(work); blocks++) {
      pacer.add(work);
      total += work;
    }
    const done = pacer.submitted();
    free = Math.max(free, time) + (1000 * total) / speed;
    time = free;
    done();
    return total / speed;
  };
  return { pacer, submit, wait: (milliseconds: number) => (time += milliseconds) };
}

/** Whether a submission has room for so much. */
function room(pacer: Pacer, work: number): boolean {
  return pacer.portions(work) === 1;
}

test.each([1e9, 3e10, 1e11, 5e12, 4e13])('a GPU of %f multiplications a second soon gets 30 ms at a time', (speed) => {
  const { submit } = gpuOf(speed);
  const block = speed / 1000;
  for (let i = 0; i < 60; i++) submit(block);
  for (let i = 0; i < 5; i++) {
    const seconds = submit(block);
    expect(seconds).toBeGreaterThan(0.028);
    expect(seconds).toBeLessThan(0.032);
  }
});

test('a kernel that takes longer by itself is submitted alone, and is to be cut', () => {
  const { submit, pacer } = gpuOf(1e10);
  for (let i = 0; i < 8; i++) submit(1e9);
  expect(submit(1e9)).toBe(0.1);
  expect(pacer.portions(1e9)).toBe(4);
});

test('tells the longest submission since it was asked to', () => {
  const { submit, pacer } = gpuOf(1e10);
  submit(1e9);
  submit(2e8);
  expect(pacer.longest).toBeCloseTo(0.1, 9);
  pacer.longest = 0;
  submit(2e8);
  expect(pacer.longest).toBeLessThan(0.05);
});

test('small jobs, and waiting between them, do not make a GPU seem slow', () => {
  const { pacer, submit, wait } = gpuOf(2e10);
  for (let i = 0; i < 50; i++) {
    submit(1e5, 3);
    wait(500);
  }
  expect([room(pacer, 5.9e8), room(pacer, 6.1e8)]).toEqual([true, false]);
});

test('one submission that took long changes little', () => {
  const { submit, wait, pacer } = gpuOf(1e11);
  for (let i = 0; i < 20; i++) submit(1e8);
  pacer.add(1e9);
  const done = pacer.submitted();
  wait(10_000);
  done();
  expect(room(pacer, 1.1e9)).toBe(false);
  for (let i = 0; i < 4; i++) submit(1e8);
  expect(submit(1e8)).toBeGreaterThan(0.028);
});

test('news that come late do not make a GPU seem fast', () => {
  const { pacer, wait } = gpuOf(2e10);
  pacer.add(8e8);
  const first = pacer.submitted();
  pacer.add(8e8);
  const second = pacer.submitted();
  wait(80);
  first();
  second(); // in the same instant
  // The first seemed to take 80 ms; the second, which seemed to take none, made little of that up.
  expect(room(pacer, 6.1e8)).toBe(false);
});

test.each([1e9, 1e11, 1e13])('news of 50 submissions in one instant tell how fast a GPU of %f is', (speed) => {
  const { pacer, wait, submit } = gpuOf(speed);
  for (let burst = 0; burst < 12; burst++) {
    const arrivals = Array.from({ length: 50 }, () => {
      pacer.add(speed / 1000);
      return pacer.submitted();
    });
    wait(50);
    for (const arrive of arrivals) arrive();
    pacer.portions(1);
  }
  const seconds = submit(speed / 1000);
  expect(seconds).toBeGreaterThan(0.028);
  expect(seconds).toBeLessThan(0.032);
});

test('what somebody else submitted in between counts from there on', () => {
  const { pacer, wait } = gpuOf(2e10);
  pacer.add(4e8);
  pacer.flushed();
  wait(20);
  pacer.add(4e8);
  const done = pacer.submitted();
  wait(20);
  done();
  expect([room(pacer, 5.9e8), room(pacer, 6.1e8)]).toEqual([true, false]);
});
