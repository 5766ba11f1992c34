// How the picture is shown: its mode, the one number that mode has, grid lines, smoothing.
import type { PictureDisplay } from '../store/settings.ts';
import { pictureModes } from './choices.ts';
import { Segments, SliderSetting, SwitchSetting } from './controls.tsx';
import { formatPercent } from './format.ts';
import { useActions, useApp } from './use-store.ts';

const percent = (part: number): string => formatPercent(part).replace(/\.\d+/, '');

export function PictureTools() {
  const { changeSettings } = useActions();
  const picture = useApp(({ settings }) => settings.picture);
  const change = (changed: Partial<PictureDisplay>): void => changeSettings({ picture: { ...picture, ...changed } });
  const { mode, opacity, kept, gridLines, smooth } = picture;
  return (
    <div className="picture-tools">
      <Segments
        label="How the picture is shown"
        testId="picture-mode"
        value={mode}
        options={pictureModes}
        onChange={(value) => change({ mode: value })}
      />
      <div className="picture-slider">
        {mode === 'overlay' && (
          <SliderSetting
            label={`Colours ${percent(opacity)}`}
            min={0}
            max={1}
            step={0.05}
            value={opacity}
            onChange={(value) => change({ opacity: value })}
          />
        )}
        {mode === 'masked' && (
          <SliderSetting
            label={`Keep the top ${percent(kept)}`}
            min={0}
            max={1}
            step={0.05}
            value={kept}
            onChange={(value) => change({ kept: value })}
          />
        )}
        {mode === 'map' && <p className="muted">The relevance alone, over the page.</p>}
      </div>
      <div className="picture-switches">
        <SwitchSetting
          label="Grid lines"
          hint=""
          checked={gridLines}
          testId="grid-lines"
          onChange={(checked) => change({ gridLines: checked })}
        />
        <SwitchSetting
          label="Smooth"
          hint=""
          checked={smooth}
          testId="smooth"
          onChange={(checked) => change({ smooth: checked })}
        />
      </div>
    </div>
  );
}
