// What the colours mean, how the numbers come about, and every key.
import { Modal } from './controls.tsx';
import { imageShortcuts } from './image-shortcuts.ts';
import { shortcuts } from './shortcuts.ts';

interface Key {
  readonly shown: string;
  readonly label: string;
}

const textKeys: readonly Key[] = [
  { shown: '← → ↑ ↓', label: 'move from token to token' },
  { shown: 'Enter', label: 'explain the token' },
  ...shortcuts,
];
const imageKeys: readonly Key[] = [{ shown: '← → ↑ ↓', label: 'move from patch to patch' }, ...imageShortcuts];

function Keys({ title, keys }: { readonly title: string; readonly keys: readonly Key[] }) {
  return (
    <section className="modal-section">
      <h3>{title}</h3>
      <dl className="keys">
        {keys.map(({ shown, label }) => (
          <div key={shown}>
            <dt>
              <kbd>{shown}</kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

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
          <strong>Chats.</strong> A model for chats reads messages inside a template of special tokens. Its tokens are
          folded into the name of whoever speaks, with their summed relevance; a click unfolds them. They are left out
          of the colour scale as special tokens are.
        </p>
        <p>
          <strong>Images</strong> are cut into patches. A vision model names its likeliest classes, and the score of a
          class is followed back to the patches it rests on. What is explained is the picture the model saw, resized and
          cropped as it wants it; it is shown beside the original. In models without register tokens a few patches of
          plain background may collect relevance that belongs elsewhere.
        </p>
        <p>
          <strong>Recipes</strong> name a rule for every part of a vision model. The γ rule favours what agrees in sign
          with the sum, and makes maps calmer; ε alone is noisy. Small maps under “γ” show what it does.
        </p>
        <p>
          <strong>The ledger</strong> checks the arithmetic on your device: what the words or patches got, plus what
          attention, biases, positions and the class token kept, must be the score.
        </p>
      </section>
      <Keys title="Keys while the text has the focus" keys={textKeys} />
      <Keys title="Keys while the picture has the focus" keys={imageKeys} />
    </Modal>
  );
}
