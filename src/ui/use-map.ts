// What the text is coloured with: the explanation on its scale, and the colours of the theme.
import { useMemo, useSyncExternalStore } from 'react';
import { relevanceMap, type RelevanceMap } from '../store/relevance-map.ts';
import { paletteFor, type Palette } from './colour.ts';
import { useApp } from './use-store.ts';

export function useRelevanceMap(): RelevanceMap | null {
  const result = useApp(({ explanation }) => explanation.result);
  const tokens = useApp(({ text }) => text.tokens);
  const policy = useApp(({ settings }) => settings.specialTokens);
  const lockedScale = useApp(({ settings }) => settings.lockedScale);
  return useMemo(
    () => result && relevanceMap(result, { special: (index) => tokens[index]?.special ?? false, policy, lockedScale }),
    [result, tokens, policy, lockedScale],
  );
}

const systemTheme = '(prefers-color-scheme: dark)';

function watchSystemTheme(changed: () => void): () => void {
  const query = matchMedia(systemTheme);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

export function usePalette(): Palette {
  const theme = useApp(({ settings }) => settings.theme);
  const systemIsDark = useSyncExternalStore(watchSystemTheme, () => matchMedia(systemTheme).matches);
  return paletteFor(theme, systemIsDark);
}
