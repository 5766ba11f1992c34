// The controls of the page: accessible primitives with our looks. Each takes a value and tells its change.
import { Dialog } from '@base-ui/react/dialog';
import { NumberField } from '@base-ui/react/number-field';
import { Select } from '@base-ui/react/select';
import { Slider } from '@base-ui/react/slider';
import { Switch } from '@base-ui/react/switch';
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { useId, type ReactNode } from 'react';
import { CheckIcon, ChevronIcon, CloseIcon } from './icons.tsx';

export interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly testId: string;
  onChange(value: Value): void;
}

export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  return (
    <Select.Root
      items={props.options}
      value={props.value}
      modal={false}
      onValueChange={(value) => {
        if (value !== null) props.onChange(value);
      }}
    >
      <div className="field">
        <Select.Label className="field-label">{props.label}</Select.Label>
        <Select.Trigger className="select" data-testid={props.testId} data-value={props.value}>
          <Select.Value />
          <Select.Icon>
            <ChevronIcon />
          </Select.Icon>
        </Select.Trigger>
      </div>
      <Select.Portal>
        <Select.Positioner className="layer" sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className="popup menu">
            {props.options.map(({ value, label }) => (
              <Select.Item key={value} value={value} className="menu-item">
                <Select.ItemText>{label}</Select.ItemText>
                <Select.ItemIndicator className="menu-check">
                  <CheckIcon />
                </Select.ItemIndicator>
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}

/** All choices side by side, one of them pressed. */
export function Segments<Value extends string>(props: ChoiceProps<Value>) {
  return (
    <ToggleGroup
      className="segments"
      aria-label={props.label}
      value={[props.value]}
      onValueChange={([value]) => {
        // A second press on the chosen one changes nothing.
        if (value !== undefined) props.onChange(value as Value);
      }}
      data-testid={props.testId}
      data-value={props.value}
    >
      {props.options.map(({ value, label }) => (
        <Toggle key={value} value={value} className="segment">
          {label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}

export function NumberSetting(props: {
  readonly label: string;
  readonly hint: string;
  readonly value: number;
  readonly min: number;
  readonly max?: number;
  readonly step: number;
  readonly testId: string;
  onChange(value: number): void;
}) {
  const id = useId();
  return (
    <NumberField.Root
      id={id}
      className="setting"
      value={props.value}
      min={props.min}
      max={props.max}
      step={props.step}
      format={{ useGrouping: false, maximumFractionDigits: 3 }}
      onValueChange={(value) => {
        if (value !== null) props.onChange(value);
      }}
    >
      <label htmlFor={id}>{props.label}</label>
      <span className="setting-hint">{props.hint}</span>
      <NumberField.Input className="number" data-testid={props.testId} />
    </NumberField.Root>
  );
}

export function SwitchSetting(props: {
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly testId: string;
  onChange(checked: boolean): void;
}) {
  return (
    <label className="setting">
      <span>{props.label}</span>
      <span className="setting-hint">{props.hint}</span>
      <Switch.Root
        className="switch"
        checked={props.checked}
        onCheckedChange={props.onChange}
        data-testid={props.testId}
      >
        <Switch.Thumb className="switch-thumb" />
      </Switch.Root>
    </label>
  );
}

export function SliderSetting(props: {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  onChange(value: number): void;
}) {
  const { label, value, min, max, step, onChange } = props;
  return (
    <Slider.Root
      className="field"
      value={value}
      min={min}
      max={max}
      step={step}
      onValueChange={(next) => onChange(next)}
    >
      <Slider.Label className="field-label">{label}</Slider.Label>
      <Slider.Control className="slider">
        <Slider.Track className="slider-track">
          <Slider.Indicator className="slider-fill" />
          <Slider.Thumb className="slider-thumb" />
        </Slider.Track>
      </Slider.Control>
    </Slider.Root>
  );
}

export function Modal(props: {
  readonly title: string;
  readonly open: boolean;
  readonly children: ReactNode;
  onClose(): void;
}) {
  return (
    <Dialog.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="popup modal">
          <header className="modal-header">
            <Dialog.Title>{props.title}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label="Close">
              <CloseIcon />
            </Dialog.Close>
          </header>
          <div className="modal-body">{props.children}</div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
