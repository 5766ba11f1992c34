// A folded run of template tokens: the name of whoever speaks next, coloured by the relevance of the whole run. A click
// unfolds it; the name stays, and folds it again.
import { memo } from 'react';
import { Card } from './card.tsx';
import { formatLogits, formatPercent, formatSigned, quote } from './format.ts';
import { ChevronIcon } from './icons.tsx';
import { optionAttributes, type PassageOption } from './passage-option.ts';
import { roleNames, spokenRun, type DrawnRun } from './template-runs.ts';

export interface TemplateRunProps extends Omit<PassageOption, 'label' | 'relevance'> {
  readonly run: DrawnRun;
  readonly stale: boolean;
}

export const TemplateRunView = memo(function TemplateRunView(props: TemplateRunProps) {
  const { run, stale } = props;
  const { relevance, open } = run;
  // Unfolded, the tokens carry the colour.
  const option = { ...props, label: spokenRun(run), relevance: open ? null : relevance };
  return (
    <span
      {...optionAttributes(option, ['token template-run', !open && run.excluded && 'excluded'])}
      data-testid="template-run"
      data-key={`run ${run.first}`}
      data-first={run.first}
      data-count={run.count}
      data-open={open}
      data-sum={stale || relevance === null ? undefined : relevance}
    >
      <span className="mark">
        <ChevronIcon />
        {roleNames[run.role]}
        {!open && relevance !== null && <span className="template-sum">template {formatSigned(relevance)}</span>}
      </span>
    </span>
  );
});

const longest = 160;

export function RunCard({ run, anchor }: { readonly run: DrawnRun; readonly anchor: HTMLElement | null }) {
  const { text, role, first, count, relevance } = run;
  const shown = text.length > longest ? `${text.slice(0, longest)} …` : text;
  const facts = [
    quote(shown),
    count === 1 ? 'one token that the template adds' : `${count} tokens that the template adds`,
    relevance !== null && `${formatPercent(run.share)} of |relevance|`,
    run.excluded && 'left out of the colour scale',
    count === 1 ? `position ${first}` : `positions ${first} to ${first + count - 1}`,
    run.open ? 'click to fold' : 'click to unfold',
  ].filter((line) => line !== false);
  return (
    <Card
      boxOf={() => anchor?.querySelector('.mark')?.getClientRects()[0] ?? anchor?.getClientRects()[0]}
      title={`Template before ${roleNames[role].toLowerCase()}`}
      value={relevance === null ? null : formatLogits(relevance)}
      facts={facts}
    />
  );
}
