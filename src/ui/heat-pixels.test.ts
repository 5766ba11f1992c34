import { describe, expect, it } from 'vitest';
import { palettes } from './colour.ts';
import { heatPixels, keptPatches, type Heat } from './heat-pixels.ts';

const heat: Heat = {
  grid: { rows: 1, columns: 3 },
  values: [2, -1, 0],
  scale: 2,
  intensity: 1,
  palette: palettes.light,
};
const pixel = ({ data }: { data: Uint8ClampedArray }, at: number): number[] => [...data.subarray(at * 4, at * 4 + 4)];

describe('patches as pixels', () => {
  it('have the colour of their sign, opaque by their strength; zero is transparent', () => {
    const pixels = heatPixels(heat, false);
    expect([pixels.width, pixels.height]).toEqual([3, 1]);
    expect(pixel(pixels, 0)).toEqual([0xf0, 0x87, 0x6a, 255]);
    expect(pixel(pixels, 1)).toEqual([0x6f, 0xb1, 0xe0, 128]);
    expect(pixel(pixels, 2)[3]).toBe(0);
  });

  it('are interpolated between their centres when that is wanted, and keep their value there', () => {
    const smooth = heatPixels({ ...heat, grid: { rows: 1, columns: 2 }, values: [1, -1] }, true);
    const alphas = Array.from({ length: smooth.width }, (_, x) => pixel(smooth, x)[3]!);
    expect(smooth.width).toBe(16);
    expect(alphas[0]).toBe(alphas[3]);
    expect(alphas.toSorted((a, b) => a - b)[0]).toBeLessThan(20);
    expect(pixel(smooth, 0).slice(0, 3)).not.toEqual(pixel(smooth, 15).slice(0, 3));
    expect(alphas).toEqual(alphas.toReversed());
  });
});

describe('keeping the top patches', () => {
  it('keeps those that speak most for the class, never one that speaks against it before one that does not', () => {
    expect(keptPatches([-9, 1, 3, 0], 0.5)).toEqual([false, true, true, false]);
    expect(keptPatches([-9, 1, 3, 0], 0)).toEqual([false, false, false, false]);
    expect(keptPatches([-9, 1, 3, 0], 1)).toEqual([true, true, true, true]);
  });
});
