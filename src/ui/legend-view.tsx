// How to read the colours, with numbers; or why there are none.
import type { RelevanceMap } from '../store/relevance-map.ts';
import { opacityOf } from './colour.ts';
import { DisplaySettings } from './display-settings.tsx';
import { formatNumber, quote } from './format.ts';
import { legendSentence } from './sentences.ts';
import { useApp } from './use-store.ts';

/** The opacity curve as a gradient: blue at full strength, the page, red at full strength. */
function ramp(intensity: number): string {
  const stops = Array.from({ length: 21 }, (_, step) => {
    const strength = (step - 10) / 10;
    const opacity = (opacityOf(Math.abs(strength), intensity) * 100).toFixed(1);
    return `color-mix(in srgb, var(${strength < 0 ? '--opposes' : '--supports'}) ${opacity}%, transparent)`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

export function LegendView({ map }: { readonly map: RelevanceMap | null }) {
  const { intensity, lockedScale, specialTokens } = useApp(({ settings }) => settings);
  const tokens = useApp(({ text }) => text.tokens);
  if (map?.kind === 'broken')
    return (
      <p className="inspector-part message" role="alert">
        {map.count === 1 ? 'One relevance is' : `${map.count} relevances are`} not a number, so nothing is drawn. This
        device overflowed while computing; another method or a shorter text may work.
      </p>
    );
  if (map?.kind !== 'map')
    return (
      <p className="inspector-part message">
        All values are about zero: no earlier token moves this score, so there is nothing to colour.
      </p>
    );
  const excluded = map.excluded.map((index) => {
    const token = tokens[index];
    return token?.special ? token.text : quote(token?.text ?? '');
  });
  const scale = formatNumber(map.scale);
  return (
    <section className="inspector-part legend" aria-label="Legend">
      <div className="ramp-row">
        <div className="ramp" style={{ background: ramp(intensity) }} />
        <DisplaySettings scale={map.scale} />
        <div className="ramp-ends" aria-hidden="true">
          <span>−{scale} opposes</span>
          <span>0</span>
          <span>supports +{scale}</span>
        </div>
      </div>
      <p className="legend-sentence" data-testid="legend" data-scale={map.scale}>
        {legendSentence(map, { intensity, locked: lockedScale !== null, excluded, hidden: specialTokens === 'hide' })}
      </p>
    </section>
  );
}
