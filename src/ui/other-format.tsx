// An open model in another format: what each would take, and loading it again.
import { useState } from 'react';
import type { ModelChoice, ModelKind, Quantisation } from '../session/session.ts';
import { FormatChoice } from './format-choice.tsx';
import { usePlan } from './use-plan.ts';
import { useActions } from './use-store.ts';

export function OtherFormat({ choice, kind }: { readonly choice: ModelChoice; readonly kind: ModelKind }) {
  const [shown, setShown] = useState(false);
  return (
    <details className="known-models" onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary data-testid={`other-format-${kind}`}>Another format</summary>
      {shown && <Formats choice={choice} kind={kind} />}
    </details>
  );
}

function Formats({ choice, kind }: { readonly choice: ModelChoice; readonly kind: ModelKind }) {
  const { openModel } = useActions();
  const { plan, problem } = usePlan(choice);
  const current = choice.quantize ?? 'none';
  const [chosen, setChosen] = useState<Quantisation>(current);
  if (!plan) return <p className="muted">{problem ?? 'Reading what each would take …'}</p>;
  if (plan.formats.length < 2)
    return <p className="muted">It comes in this format only, and is never rounded again.</p>;
  return (
    <>
      <FormatChoice plan={plan} value={chosen} onChange={setChosen} />
      <button
        type="button"
        className="button"
        disabled={chosen === current}
        onClick={() => void openModel({ ...choice, quantize: chosen }, kind)}
        data-testid={`reload-${kind}`}
      >
        {chosen === current
          ? 'Open in this format already'
          : `Load again ${chosen === 'none' ? 'as stored' : `as ${chosen}`}`}
      </button>
    </>
  );
}
