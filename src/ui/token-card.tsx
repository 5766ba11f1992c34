// The card of a token.
import { useApp } from './use-store.ts';
import { Card } from './card.tsx';
import { formatLogits, formatPercent, quote } from './format.ts';
import type { DrawnUnit } from './passage-tokens.ts';

export function TokenCard(props: {
  readonly unit: DrawnUnit;
  readonly count: number;
  readonly isTarget: boolean;
  readonly anchor: HTMLElement | null;
}) {
  const { unit, count, isTarget, anchor } = props;
  const tokens = useApp(({ text }) => text.tokens);
  const ids = tokens.slice(unit.first, unit.first + unit.count).map(({ id }) => id);
  const facts = [
    unit.relevance !== null &&
      !isTarget &&
      `${formatPercent(unit.share)} of |relevance| · rank ${unit.rank} of ${count}`,
    isTarget && 'the explained token',
    unit.special && 'special token',
    unit.excluded && 'left out of the colour scale',
    `position ${unit.first} · ${ids.length === 1 ? 'id' : 'ids'} ${ids.join(' ')}`,
  ].filter((line) => line !== false);
  return (
    <Card
      boxOf={() => anchor?.querySelector('.mark')?.getClientRects()[0] ?? anchor?.getClientRects()[0]}
      title={quote(unit.text)}
      value={unit.relevance !== null && !isTarget ? formatLogits(unit.relevance) : null}
      facts={facts}
    />
  );
}
