// The sentence that says what is explained, or what to do to get an explanation.
import type { AppState } from '../store/slices.ts';
import { quote } from './format.ts';
import { ScoreSentence } from './score-sentence.tsx';
import { negativeScoreNote, subjectOf } from './sentences.ts';
import { useApp } from './use-store.ts';

/** What is said while there is no answer. */
function waitingSentence({ text, explanation }: AppState): string {
  const { question, message } = explanation;
  if (message !== null) return message;
  if (question) {
    const token = text.tokens[question.index];
    const subject = token?.id === question.target ? `${quote(token.text)} ` : '';
    const queue = text.status === 'loading' ? ' once the text is written' : '';
    return `Explaining ${subject}at position ${question.index}${queue} …`;
  }
  return text.tokens.length > 0
    ? 'Click a word of the text. This panel then says which earlier words its score rests on.'
    : 'Once there is a text, pick a word of it: this panel then says why it was written.';
}

export function Subject() {
  const { result, status } = useApp(({ explanation }) => explanation);
  const waiting = useApp(waitingSentence);
  if (status !== 'ready' || !result)
    return (
      <p className="subject muted" data-testid="subject">
        {waiting}
      </p>
    );
  return <ScoreSentence subject={subjectOf(result)} result={result} note={negativeScoreNote(result)} />;
}
