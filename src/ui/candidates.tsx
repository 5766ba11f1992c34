// The ten likeliest tokens of the explained position. Each can be explained instead, or subtracted as the contrast.
import { useState } from 'react';
import type { Candidate, Explanation } from '../session/session.ts';
import { candidateList } from './candidate-list.ts';
import { CandidateRow } from './candidate-row.tsx';
import { quote } from './format.ts';
import { Rivals } from './rivals.tsx';
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
  const more = (hidden > 0 || all) && (
    <button
      type="button"
      className="text-button"
      aria-expanded={all}
      onClick={() => setAll(!all)}
      data-testid="more-candidates"
    >
      {all ? 'Fewer' : `${hidden} more`}
    </button>
  );
  return (
    <Rivals
      title="Candidates at this position"
      contrasted={contrast !== null}
      more={more}
      onSwap={() => swapContrast(store.getState())}
    >
      {listed.map((candidate) => (
        <CandidateRow
          key={candidate.id}
          candidate={candidate}
          name={nameOf(candidate)}
          remark={candidate.id === written ? 'written' : null}
          explained={candidate.id === target}
          subtracted={candidate.id === contrast}
          testId="candidate"
          onExplain={() => void explain(index, { target: candidate.id })}
          onContrast={(on) => void explain(index, { target, contrast: on ? candidate.id : null })}
        />
      ))}
    </Rivals>
  );
}
