// The formats a model can be loaded in, each with what it takes and how long a text it leaves room to explain.
import { useId } from 'react';
import type { ModelPlan, Quantisation } from '../session/session.ts';
import { formatName, formatSentence } from './format-sentences.ts';

export function FormatChoice(props: {
  readonly plan: ModelPlan;
  readonly value: Quantisation;
  onChange(quantize: Quantisation): void;
}) {
  const { plan, value, onChange } = props;
  const name = useId();
  return (
    <fieldset className="formats" data-testid="formats" data-value={value}>
      <legend>Format of the weights</legend>
      {plan.formats.map((format) => (
        <label key={format.quantize} className={format.fits ? 'format' : 'format unfit'}>
          <input
            type="radio"
            name={name}
            checked={format.quantize === value}
            onChange={() => onChange(format.quantize)}
            data-testid={`format-${format.quantize}`}
          />
          <span>{formatName(format)}</span>
          <span className="muted">{formatSentence(format)}</span>
        </label>
      ))}
      {plan.advice !== null && <p data-testid="format-advice">{plan.advice}</p>}
      {plan.advice === null && value !== 'none' && plan.formats[0]?.quantize === 'none' && (
        <p className="muted">
          A smaller format is another, rounded model: what it writes and the relevance of its tokens differ a little.
        </p>
      )}
    </fieldset>
  );
}
