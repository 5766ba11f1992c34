// What the text is coloured with: the explanation on its scale, and the colours of the theme.
import { useMemo, useSyncExternalStore } from 'react';
import type { Explanation } from '../session/session.ts';
import { isTemplate } from '../store/passage.ts';
import { patchMap, relevanceMap, type RelevanceMap } from '../store/relevance-map.ts';
import { paletteFor, type Palette } from './colour.ts';
import { useApp } from './use-store.ts';

const valuesOf = ({ tokens }: Explanation): number[] => tokens.map(({ relevance }) => relevance);

export function useRelevanceMap(): RelevanceMap | null {
  const result = useApp(({ explanation }) => explanation.result);
  const tokens = useApp(({ text }) => text.tokens);
  const policy = useApp(({ settings }) => settings.specialTokens);
  const lockedScale = useApp(({ settings }) => settings.lockedScale);
  return useMemo(
    () =>
      result &&
      relevanceMap(valuesOf(result), result.target.score, {
        // What a template puts around the words is as good as special.
        special: (index) => {
          const token = tokens[index];
          return token !== undefined && (token.special || isTemplate(token));
        },
        policy,
        lockedScale,
      }),
    [result, tokens, policy, lockedScale],
  );
}

export function usePatchMap(): RelevanceMap | null {
  const result = useApp(({ imageExplanation }) => imageExplanation.result);
  const lockedScale = useApp(({ settings }) => settings.picture.lockedScale);
  return useMemo(() => result && patchMap(result.patches, result.target.score, lockedScale), [result, lockedScale]);
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
