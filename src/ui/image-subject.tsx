// The sentence that says which class is explained, or what to do to get an explanation.
import type { AppState } from '../store/slices.ts';
import { quote } from './format.ts';
import { classSubject, negativeClassNote } from './image-sentences.ts';
import { ScoreSentence } from './score-sentence.tsx';
import { useActions, useApp } from './use-store.ts';

/** What is said while there is no answer. */
function waitingSentence({ image, imageModel, imageExplanation }: AppState): string {
  const { question, message } = imageExplanation;
  if (message !== null) return message;
  if (!image.given) return 'Once there is an image, this panel says what it shows and which patches speak for it.';
  if (imageModel.status === 'loading') return 'The image is explained as soon as its model is open …';
  const label = imageModel.status === 'ready' ? imageModel.info.labels[question?.target ?? -1] : undefined;
  return label === undefined ? 'Explaining the likeliest class …' : `Explaining ${quote(label)} …`;
}

export function ImageSubject() {
  const { explainClass } = useActions();
  const { result, status } = useApp(({ imageExplanation }) => imageExplanation);
  const given = useApp(({ image }) => image.given);
  const waiting = useApp(waitingSentence);
  if (status !== 'ready' || !result)
    return (
      <p className="subject muted" data-testid="subject">
        {waiting}{' '}
        {given && status !== 'loading' && (
          <button
            type="button"
            className="text-button"
            onClick={() => void explainClass(null)}
            data-testid="explain-image"
          >
            Explain the likeliest class
          </button>
        )}
      </p>
    );
  return <ScoreSentence subject={classSubject(result)} result={result} note={negativeClassNote(result)} />;
}
