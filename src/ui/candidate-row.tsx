// One token or class that could have been: its name and probability. A click explains it, the minus subtracts it.
import { Toggle } from '@base-ui/react/toggle';
import type { CSSProperties } from 'react';
import { formatNumber, formatPercent } from './format.ts';
import { MinusIcon } from './icons.tsx';

export function CandidateRow(props: {
  readonly candidate: { readonly id: number; readonly logit: number; readonly probability: number };
  readonly name: string;
  /** A word behind the name. */
  readonly remark: string | null;
  readonly explained: boolean;
  readonly subtracted: boolean;
  readonly testId: string;
  onExplain(): void;
  onContrast(on: boolean): void;
}) {
  const { candidate, name, remark } = props;
  return (
    <li className="candidate-row">
      <button
        type="button"
        className="candidate"
        aria-pressed={props.explained}
        title={`${name}: logit ${formatNumber(candidate.logit)}, id ${candidate.id}; click to explain it`}
        onClick={props.onExplain}
        data-testid={props.testId}
        data-id={candidate.id}
      >
        <span className="candidate-name">
          {name}
          {remark !== null && <span className="candidate-written"> {remark}</span>}
        </span>
        <span className="candidate-bar" style={{ '--part': candidate.probability } as CSSProperties} />
        <span className="candidate-number">{formatPercent(candidate.probability)}</span>
      </button>
      <Toggle
        className="icon-button small"
        pressed={props.subtracted}
        disabled={props.explained}
        aria-label={`Contrast with ${name}`}
        title="Subtract this one: why the explained one and not this"
        onPressedChange={props.onContrast}
        data-testid={props.testId === 'candidate' ? 'contrast' : `${props.testId}-contrast`}
        data-id={candidate.id}
      >
        <MinusIcon />
      </Toggle>
    </li>
  );
}
