// Relevance as colour. Red supports, blue opposes, and nothing else on the page is red or blue.
//   opacity = 1 − (1 − strength)^intensity      over the page, so that R = 0 is the page itself
import type { Theme } from '../store/settings.ts';

export interface Palette {
  readonly supports: string;
  readonly opposes: string;
}

/** Told apart with every kind of colour vision; ink stays readable on both ends (see the tests). */
export const palettes: Readonly<Record<'light' | 'dark', Palette>> = {
  light: { supports: '#f0876a', opposes: '#6fb1e0' },
  dark: { supports: '#a8402c', opposes: '#2468a8' },
};

export const opacityOf = (strength: number, intensity: number): number => 1 - (1 - strength) ** intensity;

export const paletteFor = (theme: Theme, systemIsDark: boolean): Palette =>
  palettes[theme === 'system' ? (systemIsDark ? 'dark' : 'light') : theme];

export const hueOf = (relevance: number, { supports, opposes }: Palette): string =>
  relevance < 0 ? opposes : supports;
