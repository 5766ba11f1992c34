// How text is sampled and how relevance is drawn.
import { greedy } from '../session/session.ts';
import type { Settings } from './settings.ts';
import type { SettingsSlice, Slice } from './slices.ts';

export const intensityRange = { min: 1, max: 4, step: 0.25, initial: 1.5 } as const;

export const defaultSettings: Settings = {
  maxTokens: 48,
  sampling: greedy,
  explainEachToken: false,
  intensity: intensityRange.initial,
  lockedScale: null,
  specialTokens: 'exclude',
  underlineOnly: false,
  picture: { mode: 'overlay', opacity: 0.85, kept: 0.25, gridLines: false, smooth: false, lockedScale: null },
  theme: 'system',
  endpoint: '',
  token: '',
  memoryBytes: null,
  cache: 'f32',
  formats: {},
  recent: [],
};

export const settingsSlice =
  (saved: Partial<Settings>): Slice<SettingsSlice> =>
  (set) => ({
    settings: { ...defaultSettings, ...saved },
    changeSettings: (change) => set(({ settings }) => ({ settings: { ...settings, ...change } })),
  });
