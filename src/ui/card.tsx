// What is known about the thing under the pointer or the focus. Floats beside it and takes no clicks.
import { useLayoutEffect, useRef } from 'react';
import type { Box } from './vertical-neighbour.ts';

const gap = 10;

export function Card(props: {
  /** Where that thing is in the window. */
  boxOf(): Box | undefined;
  readonly title: string;
  readonly value: string | null;
  readonly facts: readonly string[];
}) {
  const { boxOf, title, value, facts } = props;
  const card = useRef<HTMLDivElement>(null);

  // After every drawing: the card has grown, or the thing has moved.
  useLayoutEffect(() => {
    const box = boxOf();
    const size = card.current?.getBoundingClientRect();
    if (!box || !size) return;
    const middle = (box.left + box.right - size.width) / 2;
    const left = Math.min(Math.max(middle, gap), innerWidth - size.width - gap);
    const above = box.top - size.height - gap;
    Object.assign(card.current!.style, { left: `${left}px`, top: `${above > gap ? above : box.bottom + gap}px` });
  });

  return (
    <div ref={card} className="popup card" aria-hidden="true">
      <p className="card-title">
        <span>{title}</span>
        {value !== null && <span>{value}</span>}
      </p>
      {facts.map((line) => (
        <p key={line} className="muted">
          {line}
        </p>
      ))}
    </div>
  );
}
