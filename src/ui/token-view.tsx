// One unit of the running text. Colour lies under the word, not under the space before it; line breaks are shown and
// break. Tokens are text nodes, never HTML.
import { Fragment, memo } from 'react';
import { optionAttributes, type PassageOption } from './passage-option.ts';

export interface TokenViewProps extends PassageOption {
  readonly index: number;
  readonly id: number;
  readonly text: string;
  readonly special: boolean;
  /** Put there by a chat template. */
  readonly template: boolean;
  readonly answer: boolean;
  readonly excluded: boolean;
  /** The relevance belongs to the question before: still drawn, no longer told. */
  readonly stale: boolean;
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
  const { text, relevance } = props;
  const space = text.trim() === '' ? '' : (/^ +/.exec(text)?.[0] ?? '');
  const classes = [
    'token',
    props.excluded && 'excluded',
    props.special && 'special',
    props.template && 'template',
    props.answer && 'answer',
  ];
  return (
    <span
      {...optionAttributes(props, classes)}
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
