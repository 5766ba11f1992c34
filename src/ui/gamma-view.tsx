// What γ does: one small map for each γ of MLP and patches, to choose one by eye; and the γ of every site.
import { useEffect, useRef } from 'react';
import type { GammaSite, ImageExplanation } from '../session/session.ts';
import { gammaAxes, gammaCells, gammaGridKey } from '../store/gamma-grid-slice.ts';
import { scaleOf } from '../store/relevance-map.ts';
import type { GammaMap } from '../store/state.ts';
import { gammaSites } from './choices.ts';
import { NumberSetting } from './controls.tsx';
import { formatNumber } from './format.ts';
import { JobProgress } from './job-progress.tsx';
import { drawPatches } from './patch-drawing.ts';
import { usePalette } from './use-map.ts';
import { useActions, useApp } from './use-store.ts';

function SmallMap({ map, result }: { readonly map: GammaMap; readonly result: ImageExplanation }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const { intensity, underlineOnly } = useApp(({ settings }) => settings);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const scale = scaleOf(map.patches);
    const draw = (): void =>
      drawPatches(element, {
        seen: result.seen,
        heat: { grid: result.grid, values: map.patches, scale, intensity, palette },
        mode: 'map',
        opacity: 1,
        kept: 1,
        gridLines: false,
        smooth: false,
        signs: underlineOnly,
        cursor: null,
        ink: getComputedStyle(element).color,
      });
    const watcher = new ResizeObserver(draw);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [map, result, palette, intensity, underlineOnly]);
  return <canvas ref={canvas} className="small-map" aria-hidden="true" />;
}

function GammaGrid({ result }: { readonly result: ImageExplanation }) {
  const { changeRecipe, fillGammaGrid, cancelGammaGrid } = useActions();
  const { status, key, maps } = useApp(({ gammaGrid }) => gammaGrid);
  const gammas = useApp(({ imageExplanation }) => imageExplanation.gammas);
  const current = useApp((state) => gammaGridKey(state) === key);
  const used = { ...result.gammas!, ...gammas };
  const done = maps.filter((map) => map !== null).length;
  const outdated = done > 0 && !current;
  const label = outdated ? 'Compute them for this question' : done === 0 ? 'Compute 15 maps' : 'Go on';
  return (
    <figure className="gamma">
      <figcaption className="gamma-caption">
        One map for each pair of γ; click one to use it. Every map has a colour scale of its own.
      </figcaption>
      <div className={outdated ? 'gamma-grid outdated' : 'gamma-grid'} role="group" aria-label="Maps by γ">
        <span className="gamma-axis across" aria-hidden="true">
          γ of the MLP →
        </span>
        <span className="gamma-axis" aria-hidden="true">
          γ of
          <br />
          patches ↓
        </span>
        {gammaAxes.mlp.map((mlp) => (
          <span key={mlp} className="gamma-head">
            {mlp}
          </span>
        ))}
        {gammaCells.map((cell, index) => {
          const map = maps[index] ?? null;
          return [
            index % gammaAxes.mlp.length === 0 && (
              <span key={`row ${cell.patches}`} className="gamma-row">
                {cell.patches}
              </span>
            ),
            <button
              key={index}
              type="button"
              className="gamma-map"
              disabled={map === null || outdated}
              aria-pressed={used.mlp === cell.mlp && used.patches === cell.patches}
              aria-label={`γ ${cell.mlp} for the MLP, ${cell.patches} for the patches${map ? '' : ', not computed yet'}`}
              title={map ? `full colour at ±${formatNumber(scaleOf(map.patches))} logits` : undefined}
              style={{ aspectRatio: `${result.seen.width} / ${result.seen.height}` }}
              onClick={() => void changeRecipe({ gammas: { ...gammas, ...cell } })}
              data-testid="gamma-map"
              data-filled={map !== null}
            >
              {map && <SmallMap map={map} result={result} />}
            </button>,
          ];
        })}
      </div>
      <div className="gamma-tools">
        {status === 'loading' ? (
          <JobProgress
            active
            label={`${done} of ${gammaCells.length}`}
            value={done / gammaCells.length}
            onCancel={cancelGammaGrid}
          />
        ) : outdated || done < gammaCells.length ? (
          <>
            <button type="button" className="text-button" onClick={() => void fillGammaGrid()} data-testid="fill-gamma">
              {label}
            </button>
            {outdated && <span className="muted">Outdated: they belong to another question.</span>}
          </>
        ) : null}
      </div>
    </figure>
  );
}

export function GammaView({ result }: { readonly result: ImageExplanation }) {
  const { changeRecipe } = useActions();
  const gammas = useApp(({ imageExplanation }) => imageExplanation.gammas);
  if (result.gammas === null)
    return <p className="note">Gradient × input has no γ. Choose another recipe to see what γ does.</p>;
  const used = { ...result.gammas, ...gammas };
  const own = Object.keys(gammas).length > 0;
  return (
    <>
      <GammaGrid result={result} />
      <div className="gamma-sites">
        {(Object.keys(gammaSites) as GammaSite[]).map((site) => (
          <NumberSetting
            key={site}
            label={`γ of ${gammaSites[site]}`}
            hint=""
            min={0}
            max={1e6}
            step={0.05}
            value={used[site]}
            testId={`gamma-${site}`}
            onChange={(gamma) => void changeRecipe({ gammas: { ...gammas, [site]: gamma } })}
          />
        ))}
      </div>
      <p className="note gamma-note">
        γ favours what agrees in sign with the sum: 0 is the ε rule, more makes maps calmer.{' '}
        <button
          type="button"
          className="text-button"
          disabled={!own}
          onClick={() => void changeRecipe({ gammas: {} })}
          data-testid="reset-gamma"
        >
          Back to the recipe’s γ
        </button>
      </p>
    </>
  );
}
