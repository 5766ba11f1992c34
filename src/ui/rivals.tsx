// What could have been instead, as a list of candidate rows under its title, which also tells of the contrast.
import { useId, type ReactNode } from 'react';

export function Rivals(props: {
  readonly title: string;
  readonly contrasted: boolean;
  /** The rows. */
  readonly children: ReactNode;
  /** Below them. */
  readonly more: ReactNode;
  onSwap(): void;
}) {
  const titleId = useId();
  return (
    <section className="inspector-part" aria-labelledby={titleId}>
      <header className="part-header">
        <h2 id={titleId}>{props.title}</h2>
        {props.contrasted ? (
          <button type="button" className="text-button" onClick={props.onSwap} data-testid="swap">
            Swap the two
          </button>
        ) : (
          <span className="muted">− sets a contrast</span>
        )}
      </header>
      <ol className="candidates">{props.children}</ol>
      {props.more}
    </section>
  );
}
