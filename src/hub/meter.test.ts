import { describe, expect, it } from 'vitest';
import { Meter } from './meter.ts';

describe('Meter', () => {
  it('knows no speed before something was measured', () => {
    expect(new Meter(100, 40, () => 0).read()).toEqual({
      doneBytes: 40,
      totalBytes: 100,
      bytesPerSecond: null,
      secondsLeft: null,
    });
  });

  it('tells a steady speed from the first sample on, and the time left by it', () => {
    let now = 0;
    const meter = new Meter(10_000, 2000, () => now);
    for (let step = 0; step < 4; step++) {
      now += 500;
      meter.add(500);
      const { bytesPerSecond } = meter.read();
      expect(bytesPerSecond).toBeCloseTo(1000, 6);
    }
    expect(meter.read().secondsLeft).toBeCloseTo(6, 6);
  });

  it('follows a change within seconds and falls to nothing when nothing comes', () => {
    let now = 0;
    const meter = new Meter(1e9, 0, () => now);
    const run = (seconds: number, speed: number): number => {
      for (let step = 0; step < seconds * 2; step++) {
        now += 500;
        meter.add(speed / 2);
      }
      return meter.read().bytesPerSecond!;
    };
    run(20, 1000);
    expect(run(1, 5000)).toBeLessThan(2500);
    expect(run(12, 5000)).toBeGreaterThan(4500);
    expect(run(20, 0)).toBeLessThan(50);
  });

  it('takes back what has to be fetched again, and ends at no time left', () => {
    let now = 0;
    const meter = new Meter(1000, 0, () => now);
    now += 1000;
    meter.add(1000);
    meter.remove(400);
    expect(meter.read()).toMatchObject({ doneBytes: 600, secondsLeft: 0.4 });
    meter.add(400);
    expect(meter.read().secondsLeft).toBe(0);
  });
});
