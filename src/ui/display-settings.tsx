// How relevance is drawn, in a popover beside the colour scale: intensity, the scale itself, no colour; and for texts,
// what happens to special tokens.
import { Popover } from '@base-ui/react/popover';
import type { ReactNode } from 'react';
import { intensityRange } from '../store/settings-slice.ts';
import { specialTokenPolicies } from './choices.ts';
import { Choice, SliderSetting, SwitchSetting } from './controls.tsx';
import { formatNumber } from './format.ts';
import { SlidersIcon } from './icons.tsx';
import { useActions, useApp } from './use-store.ts';

function SettingsPopover({ children }: { readonly children: ReactNode }) {
  const { changeSettings } = useActions();
  const intensity = useApp(({ settings }) => settings.intensity);
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
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function LockSetting(props: {
  readonly scale: number;
  readonly locked: number | null;
  onChange(locked: number | null): void;
}) {
  const { scale, locked, onChange } = props;
  return (
    <SwitchSetting
      label="Lock the scale"
      hint={`full colour stays at ±${formatNumber(locked ?? scale)} logits`}
      checked={locked !== null}
      testId="lock-scale"
      onChange={(checked) => onChange(checked ? scale : null)}
    />
  );
}

export function DisplaySettings({ scale }: { readonly scale: number }) {
  const { changeSettings } = useActions();
  const { lockedScale, specialTokens, underlineOnly } = useApp(({ settings }) => settings);
  return (
    <SettingsPopover>
      <Choice
        label="Special tokens, and a first or last token that outweighs all others"
        testId="special-tokens"
        value={specialTokens}
        options={specialTokenPolicies}
        onChange={(value) => changeSettings({ specialTokens: value })}
      />
      <LockSetting scale={scale} locked={lockedScale} onChange={(locked) => changeSettings({ lockedScale: locked })} />
      <SwitchSetting
        label="Underlines only"
        hint="no colour: solid supports, dashed opposes"
        checked={underlineOnly}
        testId="underline-only"
        onChange={(checked) => changeSettings({ underlineOnly: checked })}
      />
    </SettingsPopover>
  );
}

export function PatchDisplaySettings({ scale }: { readonly scale: number }) {
  const { changeSettings } = useActions();
  const { picture, underlineOnly } = useApp(({ settings }) => settings);
  return (
    <SettingsPopover>
      <LockSetting
        scale={scale}
        locked={picture.lockedScale}
        onChange={(lockedScale) => changeSettings({ picture: { ...picture, lockedScale } })}
      />
      <SwitchSetting
        label="Plus and minus only"
        hint="no colour: + supports, − opposes"
        checked={underlineOnly}
        testId="signs-only"
        onChange={(checked) => changeSettings({ underlineOnly: checked })}
      />
    </SettingsPopover>
  );
}
