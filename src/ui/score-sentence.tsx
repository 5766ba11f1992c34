// What is explained and its score, as one sentence; and a note where the score needs one.
import type { Explanation, ImageExplanation } from '../session/session.ts';
import { CopyNumber } from './copy-number.tsx';
import { formatNumber } from './format.ts';

export function ScoreSentence(props: {
  /** '“ kite” minus the mean logit at position 13' */
  readonly subject: string;
  readonly result: Explanation | ImageExplanation;
  readonly note: string | null;
}) {
  const { subject, result, note } = props;
  return (
    <>
      <p className="subject" data-testid="subject" aria-live="polite">
        Explaining {subject}, score{' '}
        <CopyNumber value={result.target.score} what="score" result={result}>
          {formatNumber(result.target.score)} logits
        </CopyNumber>
        .
      </p>
      {note !== null && <p className="note">{note}</p>}
    </>
  );
}
