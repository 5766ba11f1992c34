// How relevance is drawn, in a popover beside the colour scale: intensity, special tokens, the scale itself, no colour.
import { Popover } from '@base-ui/react/popover';
import { intensityRange } from '../store/settings-slice.ts';
import { specialTokenPolicies } from './choices.ts';
import { Choice, SliderSetting, SwitchSetting } from './controls.tsx';
import { formatNumber } from './format.ts';
import { SlidersIcon } from './icons.tsx';
import { useActions, useApp } from './use-store.ts';

export function DisplaySettings({ scale }: { readonly scale: number }) {
  const { changeSettings } = useActions();
  const { intensity, lockedScale, specialTokens, underlineOnly } = useApp(({ settings }) => settings);
  return (
    <Popover.Root>
      <Popover.Trigger className="text-button" data-testid="display">
        <SlidersIcon />
        <span>Display</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="layer" sideOffset={8} side="bottom" align="end">
          <Popover.Popup className="popup settings">
            <Popover.Title className="settings-title">How relevance is drawn</Popover.Title>
            <SliderSetting
              min={intensityRange.min}
              max={intensityRange.max}
              step={intensityRange.step}
              label={`Intensity ${intensity}: how visible faint relevance is`}
              value={intensity}
              onChange={(value) => changeSettings({ intensity: value })}
            />
            <Choice
              label="Special tokens, and a first or last token that outweighs all others"
              testId="special-tokens"
              value={specialTokens}
              options={specialTokenPolicies}
              onChange={(value) => changeSettings({ specialTokens: value })}
            />
            <SwitchSetting
              label="Lock the scale"
              hint={`full colour stays at ±${formatNumber(lockedScale ?? scale)} logits`}
              checked={lockedScale !== null}
              testId="lock-scale"
              onChange={(checked) => changeSettings({ lockedScale: checked ? scale : null })}
            />
            <SwitchSetting
              label="Underlines only"
              hint="no colour: solid supports, dashed opposes"
              checked={underlineOnly}
              testId="underline-only"
              onChange={(checked) => changeSettings({ underlineOnly: checked })}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
