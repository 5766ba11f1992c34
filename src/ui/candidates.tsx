// The ten likeliest tokens of the explained position. Each can be explained instead, or subtracted as the contrast.
import { Toggle } from '@base-ui/react/toggle';
import { useState, type CSSProperties } from 'react';
import type { Candidate, Explanation } from '../session/session.ts';
import { candidateList } from './candidate-list.ts';
import { formatNumber, formatPercent, quote } from './format.ts';
import { MinusIcon } from './icons.tsx';
import { swapContrast } from './shortcuts.ts';
import { useActions, useApp, useAppStore } from './use-store.ts';

const nameOf = ({ text, id }: Candidate): string => (text === null ? `id ${id}` : quote(text));

/** As many show at first; the rest on demand, so that the ranking below stays in sight. */
const fewest = 5;

export function Candidates({ result }: { readonly result: Explanation }) {
  const store = useAppStore();
  const index = result.tokens.length;
  const written = useApp(({ text }) => text.tokens[index]?.id);
  const question = useApp(({ explanation }) => explanation.question);
  // While another position is being explained, the list still belongs to the answer that is shown.
  const shown = { target: result.target.id, contrast: result.contrast?.id ?? null };
  const { target, contrast } = question?.index === index ? question : shown;
  const { explain } = useActions();
  const [all, setAll] = useState(false);
  const list = candidateList(result, written);
  const listed = list.filter(({ id }, rank) => all || rank < fewest || [target, contrast, written].includes(id));
  const hidden = list.length - listed.length;
  return (
    <section className="inspector-part" aria-labelledby="candidates-title">
      <header className="part-header">
        <h2 id="candidates-title">Candidates at this position</h2>
        {contrast === null ? (
          <span className="muted">− sets a contrast</span>
        ) : (
          <button
            type="button"
            className="text-button"
            onClick={() => swapContrast(store.getState())}
            data-testid="swap"
          >
            Swap the two
          </button>
        )}
      </header>
      <ol className="candidates">
        {listed.map((candidate) => (
          <li key={candidate.id} className="candidate-row">
            <button
              type="button"
              className="candidate"
              aria-pressed={candidate.id === target}
              title={`logit ${formatNumber(candidate.logit)}, id ${candidate.id}: click to explain it`}
              onClick={() => void explain(index, { target: candidate.id })}
              data-testid="candidate"
              data-id={candidate.id}
            >
              <span className="candidate-name">
                {nameOf(candidate)}
                {candidate.id === written && <span className="candidate-written"> written</span>}
              </span>
              <span className="candidate-bar" style={{ '--part': candidate.probability } as CSSProperties} />
              <span className="candidate-number">{formatPercent(candidate.probability)}</span>
            </button>
            <Toggle
              className="icon-button small"
              pressed={candidate.id === contrast}
              disabled={candidate.id === target}
              aria-label={`Contrast with ${nameOf(candidate)}`}
              title="Subtract this candidate: why the explained one and not this"
              onPressedChange={(pressed) => void explain(index, { target, contrast: pressed ? candidate.id : null })}
              data-testid="contrast"
              data-id={candidate.id}
            >
              <MinusIcon />
            </Toggle>
          </li>
        ))}
      </ol>
      {(hidden > 0 || all) && (
        <button
          type="button"
          className="text-button"
          aria-expanded={all}
          onClick={() => setAll(!all)}
          data-testid="more-candidates"
        >
          {all ? 'Fewer' : `${hidden} more`}
        </button>
      )}
    </section>
  );
}
