// How the next token is drawn, in a popover beside the prompt.
import { Popover } from '@base-ui/react/popover';
import type { Sampling } from '../session/session.ts';
import { SystemPrompt } from './chat-bar.tsx';
import { NumberSetting, SwitchSetting } from './controls.tsx';
import { SlidersIcon } from './icons.tsx';
import { useActions, useApp } from './use-store.ts';

const fields: readonly {
  readonly name: keyof Sampling;
  readonly label: string;
  readonly hint: string;
  readonly min: number;
  readonly max?: number;
  readonly step: number;
}[] = [
  { name: 'temperature', label: 'Temperature', hint: '0 takes the likeliest token', min: 0, max: 5, step: 0.1 },
  { name: 'topK', label: 'Top-k', hint: '0 is off', min: 0, step: 1 },
  { name: 'topP', label: 'Top-p', hint: '1 is off', min: 0, max: 1, step: 0.05 },
  { name: 'minP', label: 'Min-p', hint: '0 is off', min: 0, max: 1, step: 0.05 },
  { name: 'repetitionPenalty', label: 'Repetition penalty', hint: '1 is off', min: 0.1, max: 5, step: 0.05 },
  { name: 'seed', label: 'Seed', hint: 'same seed, same text', min: 0, step: 1 },
];

/** "greedy, 48 tokens" */
function summary({ temperature, topK, topP, minP }: Sampling, maxTokens: number): string {
  const limits = [topK > 0 && `top-k ${topK}`, topP < 1 && `top-p ${topP}`, minP > 0 && `min-p ${minP}`];
  const how = temperature === 0 ? ['greedy'] : [`temperature ${temperature}`, ...limits];
  return [...how, `${maxTokens} tokens`].filter(Boolean).join(', ');
}

export function SamplingSettings() {
  const { changeSettings } = useActions();
  const { sampling, maxTokens, explainEachToken } = useApp(({ settings }) => settings);
  const change = (name: keyof Sampling, value: number): void =>
    changeSettings({ sampling: { ...sampling, [name]: value } });
  return (
    <Popover.Root>
      <Popover.Trigger className="text-button sampling-button" data-testid="sampling">
        <SlidersIcon />
        <span>{summary(sampling, maxTokens)}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="layer" sideOffset={8} side="top" align="start">
          <Popover.Popup className="popup settings">
            <Popover.Title className="settings-title">How the text is written</Popover.Title>
            <SystemPrompt />
            <NumberSetting
              label="New tokens"
              hint="at most"
              value={maxTokens}
              min={1}
              step={1}
              testId="setting-maxTokens"
              onChange={(value) => changeSettings({ maxTokens: Math.round(value) })}
            />
            {fields.map(({ name, ...field }) => (
              <NumberSetting
                key={name}
                {...field}
                value={sampling[name]}
                testId={`setting-${name}`}
                onChange={(value) => change(name, field.step === 1 ? Math.round(value) : value)}
              />
            ))}
            <SwitchSetting
              label="Explain every new token"
              hint="slower; relevance while it writes"
              checked={explainEachToken}
              testId="setting-explainEachToken"
              onChange={(checked) => changeSettings({ explainEachToken: checked })}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
