// What the colours mean, how the numbers come about, and every key.
import { Modal } from './controls.tsx';
import { shortcuts } from './shortcuts.ts';

const navigation: readonly { readonly shown: string; readonly label: string }[] = [
  { shown: '← → ↑ ↓', label: 'move from token to token' },
  { shown: 'Enter', label: 'explain the token' },
];

export function HelpDialog(props: { readonly open: boolean; onClose(): void }) {
  return (
    <Modal title="How to read this page" open={props.open} onClose={props.onClose}>
      <section className="modal-section prose">
        <p>
          A language model writes one token at a time. Each token got a score, its logit, and the score came from the
          text before it. Pick a token, and its score is followed back through every layer to the words it rests on.
        </p>
        <p>
          <strong>Relevance</strong> is the part of the score a word contributed. Red words raised it (solid underline),
          blue words lowered it (dashed underline); uncoloured words did not matter. All numbers are in logits, the unit
          of the score.
        </p>
        <p>
          <strong>The first token</strong> often collects much relevance without meaning anything. Special tokens are
          therefore hatched and left out of the colour scale, unless you choose otherwise.
        </p>
        <p>
          <strong>Score.</strong> The centred logit is the logit minus the mean over the vocabulary: what sets this
          token apart. With a contrast it is the difference of two candidates: why this and not that.
        </p>
        <p>
          <strong>Methods.</strong> AttnLRP divides the relevance in attention and normalisation by rules that keep its
          sum. CP-LRP holds the attention weights constant. Gradient × input uses no rules; it is the noisy baseline.
        </p>
        <p>
          <strong>The ledger</strong> checks the arithmetic on your device: what the words got, plus what attention and
          biases kept, must be the score.
        </p>
      </section>
      <section className="modal-section">
        <h3>Keys while the text has the focus</h3>
        <dl className="keys">
          {[...navigation, ...shortcuts].map(({ shown, label }) => (
            <div key={shown}>
              <dt>
                <kbd>{shown}</kbd>
              </dt>
              <dd>{label}</dd>
            </div>
          ))}
        </dl>
      </section>
    </Modal>
  );
}
