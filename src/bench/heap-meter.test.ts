import { expect, it } from 'vitest';
import { HeapMeter } from './heap-meter.ts';

it('tells the most that was held above what there was before', () => {
  const now = { heapUsed: 10, external: 5 };
  const meter = new HeapMeter(() => now);
  for (const [heapUsed, external] of [
    [12, 5],
    [11, 30],
    [9, 1],
  ] as const) {
    // prettier-ignore
    Object.assign(now, { heapUsed, external });
    meter.sample();
  }
  expect(meter.peakBytes).toBe(26);
});

it('tells 0 where there never was more', () => {
  const now = { heapUsed: 10, external: 5 };
  const meter = new HeapMeter(() => now);
  now.external = 1;
  meter.sample();
  expect(meter.peakBytes).toBe(0);
});
