// One unit of the running text. Colour lies under the word, not under the space before it; line breaks are shown and
// break. Tokens are text nodes, never HTML.
import { Fragment, memo, type CSSProperties } from 'react';

export interface TokenViewProps {
  readonly index: number;
  readonly id: number;
  readonly text: string;
  readonly special: boolean;
  /** Put there by a chat template. */
  readonly template: boolean;
  readonly answer: boolean;
  readonly target: boolean;
  readonly pointed: boolean;
  readonly excluded: boolean;
  /** Null where nothing was explained. */
  readonly relevance: number | null;
  readonly opacity: number;
  /** The relevance belongs to the question before: still drawn, no longer told. */
  readonly stale: boolean;
  readonly tabbable: boolean;
  readonly label: string;
}

function WithLineBreaks({ text }: { readonly text: string }) {
  return text.split('\n').map((line, position) => (
    <Fragment key={position}>
      {position > 0 && (
        <>
          <span className="line-break" />
          {'\n'}
        </>
      )}
      {line}
    </Fragment>
  ));
}

export const TokenView = memo(function TokenView(props: TokenViewProps) {
  const { text, relevance, opacity } = props;
  const space = text.trim() === '' ? '' : (/^ +/.exec(text)?.[0] ?? '');
  const coloured = relevance !== null && relevance !== 0;
  const classes = [
    'token',
    coloured && (relevance > 0 ? 'supports' : 'opposes'),
    props.excluded && 'excluded',
    props.special && 'special',
    props.template && 'template',
    props.answer && 'answer',
    props.target && 'target',
    props.pointed && 'pointed',
  ];
  return (
    <span
      role="option"
      tabIndex={props.tabbable ? 0 : -1}
      aria-selected={props.target}
      aria-label={props.label}
      className={classes.filter(Boolean).join(' ')}
      style={coloured ? ({ '--opacity': opacity.toFixed(3) } as CSSProperties) : undefined}
      data-testid="token"
      data-key={`token ${props.index}`}
      data-index={props.index}
      data-id={props.id}
      data-relevance={props.stale || relevance === null ? undefined : relevance}
    >
      {space}
      <span className="mark">
        <WithLineBreaks text={text.slice(space.length)} />
      </span>
    </span>
  );
});
