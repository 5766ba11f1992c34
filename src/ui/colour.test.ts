import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { opacityOf, paletteFor, palettes } from './colour.ts';
import { contrast, distance, visions } from './testing/colour-vision.ts';

const css = readFileSync(new URL('./base.css', import.meta.url), 'utf8');
const themes = ['light', 'dark'] as const;

/** The value of `--name: light-dark(#light, #dark)`. */
function neutral(name: string, theme: 'light' | 'dark'): string {
  const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  return found?.[theme === 'light' ? 1 : 2] ?? `no --${name} in base.css`;
}

describe('the relevance palettes', () => {
  it.each(themes)('keep supporting and opposing apart for every kind of colour vision (%s)', (theme) => {
    const { supports, opposes } = palettes[theme];
    for (const vision of visions) expect(distance(supports, opposes, vision), vision).toBeGreaterThanOrEqual(50);
  });

  it.each(themes)('leave the ink readable on full colour (%s)', (theme) => {
    for (const end of [palettes[theme].supports, palettes[theme].opposes])
      expect(contrast(neutral('ink', theme), end)).toBeGreaterThanOrEqual(theme === 'light' ? 7 : 4.5);
  });

  it('are known to be told apart by the same measure that condemns cyan and pink', () => {
    expect(distance('#52a6b3', '#ef7ca1', 'protan')).toBeLessThan(10);
  });

  it('follow the chosen theme, or else the system', () => {
    expect(paletteFor('dark', false)).toBe(palettes.dark);
    expect(paletteFor('system', true)).toBe(palettes.dark);
    expect(paletteFor('system', false)).toBe(palettes.light);
  });
});

describe('the neutral colours', () => {
  it.each(themes)('are readable on the page and on raised surfaces (%s)', (theme) => {
    for (const surface of ['page', 'raised', 'hover'])
      for (const text of ['ink', 'muted', 'accent'])
        expect(contrast(neutral(text, theme), neutral(surface, theme)), `${text} on ${surface}`).toBeGreaterThan(4.5);
    expect(contrast(neutral('on-accent', theme), neutral('accent', theme))).toBeGreaterThan(4.5);
  });
});

describe('opacity', () => {
  it('is nothing at zero, full at the clip, linear at intensity 1, and never falls with more relevance', () => {
    expect([opacityOf(0, 1.5), opacityOf(1, 1.5), opacityOf(0.3, 1)]).toEqual([0, 1, expect.closeTo(0.3, 12)]);
    const steps = Array.from({ length: 21 }, (_, step) => opacityOf(step / 20, 4));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(opacityOf(0.1, 4)).toBeGreaterThan(opacityOf(0.1, 1.5));
  });
});
