// Before a large model is loaded: in which format. One click loads what is proposed.
import { useEffect, useEffectEvent, useState } from 'react';
import type { ModelChoice, ModelLocation, Quantisation } from '../session/session.ts';
import { nameOfLocation } from '../store/model-address.ts';
import { FormatChoice } from './format-choice.tsx';
import { proposedFormat, worthChoosing } from './format-sentences.ts';
import { intoView } from './into-view.ts';
import { usePlan } from './use-plan.ts';

export function OpeningChoice(props: {
  readonly location: ModelLocation;
  onOpen(choice: ModelChoice): void;
  onCancel(): void;
}) {
  const { location, onOpen, onCancel } = props;
  const { plan, problem } = usePlan(location);
  const [chosen, setChosen] = useState<Quantisation | null>(null);
  // What is wrong with it is told when it is opened.
  const [asked, setAsked] = useState(false);
  const opensAtOnce = !asked && (problem !== null || (plan !== null && !worthChoosing(plan)));
  // Once it is asked, it waits for the answer, also when more memory is allowed meanwhile.
  if (plan && !opensAtOnce && !asked) setAsked(true);
  const openAtOnce = useEffectEvent(() => onOpen(location));
  useEffect(() => {
    if (opensAtOnce) openAtOnce();
  }, [opensAtOnce]);
  const value = chosen ?? (plan ? proposedFormat(plan) : 'none');
  return (
    <section className="modal-section" ref={intoView} data-testid="opening-choice">
      <h3>{nameOfLocation(location)}</h3>
      {plan && !opensAtOnce ? (
        <FormatChoice plan={plan} value={value} onChange={setChosen} />
      ) : (
        <p className="muted">Reading what it would take …</p>
      )}
      <div className="modal-actions">
        <button
          type="button"
          className="button primary"
          disabled={!plan}
          onClick={() => onOpen({ ...location, quantize: value })}
          data-testid="opening-open"
        >
          {value === 'none' ? 'Open as stored' : `Open as ${value}`}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </section>
  );
}
