// How to read the colours, with numbers; or why there are none.
import type { ReactNode } from 'react';
import type { RelevanceMap } from '../store/relevance-map.ts';
import { opacityOf } from './colour.ts';
import { DisplaySettings, PatchDisplaySettings } from './display-settings.tsx';
import { formatNumber, quote } from './format.ts';
import { sharesSentence } from './image-sentences.ts';
import { legendSentence } from './sentences.ts';
import { useApp } from './use-store.ts';

type DrawnMap = Extract<RelevanceMap, { kind: 'map' }>;

/** The opacity curve as a gradient: blue at full strength, the page, red at full strength. */
function ramp(intensity: number): string {
  const stops = Array.from({ length: 21 }, (_, step) => {
    const strength = (step - 10) / 10;
    const opacity = (opacityOf(Math.abs(strength), intensity) * 100).toFixed(1);
    return `color-mix(in srgb, var(${strength < 0 ? '--opposes' : '--supports'}) ${opacity}%, transparent)`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** Instead of a map. */
function NoColours({ map, what }: { readonly map: RelevanceMap | null; readonly what: 'token' | 'patch' }) {
  if (map?.kind === 'broken')
    return (
      <p className="inspector-part message" role="alert">
        {map.count === 1 ? 'One relevance is' : `${map.count} relevances are`} not a number, so nothing is drawn. This
        device overflowed while computing; another method{what === 'token' ? ' or a shorter text' : ''} may work.
      </p>
    );
  return (
    <p className="inspector-part message">
      All values are about zero: no {what === 'token' ? 'earlier token' : 'patch'} moves this score, so there is nothing
      to colour.
    </p>
  );
}

function Legend(props: {
  readonly map: DrawnMap;
  readonly settings: ReactNode;
  readonly sentence: string;
  readonly children?: ReactNode;
}) {
  const intensity = useApp(({ settings }) => settings.intensity);
  const scale = formatNumber(props.map.scale);
  return (
    <section className="inspector-part legend" aria-label="Legend">
      <div className="ramp-row">
        <div className="ramp" style={{ background: ramp(intensity) }} />
        {props.settings}
        <div className="ramp-ends" aria-hidden="true">
          <span>−{scale} opposes</span>
          <span>0</span>
          <span>supports +{scale}</span>
        </div>
      </div>
      <p className="legend-sentence" data-testid="legend" data-scale={props.map.scale}>
        {props.sentence}
      </p>
      {props.children}
    </section>
  );
}

export function LegendView({ map }: { readonly map: RelevanceMap | null }) {
  const { intensity, lockedScale, specialTokens } = useApp(({ settings }) => settings);
  const tokens = useApp(({ text }) => text.tokens);
  if (map?.kind !== 'map') return <NoColours map={map} what="token" />;
  const excluded = map.excluded.map((index) => {
    const token = tokens[index];
    return token?.special ? token.text : quote(token?.text ?? '');
  });
  const options = { intensity, locked: lockedScale !== null, excluded, hidden: specialTokens === 'hide' };
  return <Legend map={map} settings={<DisplaySettings scale={map.scale} />} sentence={legendSentence(map, options)} />;
}

export function PatchLegend({ map }: { readonly map: RelevanceMap | null }) {
  const { intensity, picture } = useApp(({ settings }) => settings);
  const result = useApp(({ imageExplanation }) => imageExplanation.result);
  if (map?.kind !== 'map' || !result) return <NoColours map={map} what="patch" />;
  const options = { intensity, locked: picture.lockedScale !== null, excluded: [], hidden: false };
  return (
    <Legend map={map} settings={<PatchDisplaySettings scale={map.scale} />} sentence={legendSentence(map, options)}>
      <p className="note" data-testid="shares">
        {sharesSentence(result)}
      </p>
    </Legend>
  );
}
