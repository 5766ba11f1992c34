// What is known about the token under the pointer or the focus. Floats above the text and takes no clicks.
import { useLayoutEffect, useRef, useState } from 'react';
import { formatLogits, formatPercent, quote } from './format.ts';
import type { DrawnUnit } from './passage-tokens.ts';
import { useApp } from './use-store.ts';

const gap = 10;

export function TokenCard(props: {
  readonly unit: DrawnUnit;
  readonly count: number;
  readonly isTarget: boolean;
  readonly anchor: HTMLElement | null;
}) {
  const { unit, count, isTarget, anchor } = props;
  const tokens = useApp(({ text }) => text.tokens);
  const card = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ readonly left: number; readonly top: number } | null>(null);

  useLayoutEffect(() => {
    const at = anchor?.querySelector('.mark')?.getClientRects()[0] ?? anchor?.getClientRects()[0];
    const size = card.current?.getBoundingClientRect();
    if (!at || !size) return;
    const left = Math.min(Math.max(at.left + at.width / 2 - size.width / 2, gap), innerWidth - size.width - gap);
    const above = at.top - size.height - gap;
    setPlace({ left, top: above > gap ? above : at.bottom + gap });
  }, [anchor, unit]);

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
    <div ref={card} className="popup card" style={place ?? { visibility: 'hidden' }} aria-hidden="true">
      <p className="card-title">
        <span>{quote(unit.text)}</span>
        {unit.relevance !== null && !isTarget && <span>{formatLogits(unit.relevance)}</span>}
      </p>
      {facts.map((line) => (
        <p key={line} className="muted">
          {line}
        </p>
      ))}
    </div>
  );
}
