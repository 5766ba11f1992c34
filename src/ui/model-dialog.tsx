// Which model is open, and three ways to open another: the built-in one, a folder of this computer, a web address.
import { useState, type FormEvent } from 'react';
import type { ModelKind, ModelLocation } from '../session/session.ts';
import { builtInLocations, modelAddress } from '../store/model-address.ts';
import { Modal } from './controls.tsx';
import { chosenModel } from './dropped-files.ts';
import { ModelFacts } from './model-facts.tsx';
import { useActions } from './use-store.ts';

/** A file dialog for a whole folder; React knows the attribute only by this spelling. */
const wholeFolder = { webkitdirectory: '' };

export function ModelDialog(props: { readonly open: boolean; onClose(): void }) {
  const { openModel } = useActions();
  const [address, setAddress] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  function open(location: ModelLocation | null, expected?: ModelKind): void {
    if (!location) return;
    props.onClose();
    void openModel(location, expected);
  }

  function openAddress(event: FormEvent): void {
    event.preventDefault();
    try {
      setProblem(null);
      open(modelAddress(address, document.baseURI));
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  return (
    <Modal title="Model" open={props.open} onClose={props.onClose}>
      <ModelFacts />
      <section className="modal-section">
        <h3>Open another</h3>
        <p className="muted">
          LLaMA-family language models and vision transformers: a folder with config.json and .safetensors files, and
          tokenizer.json for texts. A model takes the place of the one of its kind. Everything is computed on this
          device; no text or image leaves it.
        </p>
        <div className="modal-actions">
          <label className="button">
            Choose a folder …
            <input
              {...wholeFolder}
              type="file"
              className="visually-hidden"
              onChange={(event) => open(chosenModel(event.target.files ?? []))}
              data-testid="model-folder"
            />
          </label>
          <label className="button">
            Choose files …
            <input
              type="file"
              multiple
              className="visually-hidden"
              onChange={(event) => open(chosenModel(event.target.files ?? []))}
              data-testid="model-files"
            />
          </label>
          <button
            type="button"
            className="button"
            onClick={() => open(builtInLocations(document.baseURI).language)}
            data-testid="model-built-in"
          >
            Built-in language model
          </button>
          <button
            type="button"
            className="button"
            onClick={() => open(builtInLocations(document.baseURI).image, 'image')}
            data-testid="model-built-in-image"
          >
            Built-in image model
          </button>
        </div>
        <p className="muted">A folder can also be dropped anywhere on the page.</p>
        <form className="address" onSubmit={openAddress}>
          <label htmlFor="model-address">From a web address</label>
          <div className="address-row">
            <input
              id="model-address"
              className="text-field"
              type="text"
              inputMode="url"
              spellCheck={false}
              placeholder="https://huggingface.co/owner/model"
              value={address}
              onChange={(event) => setAddress(event.target.value)}
              data-testid="model-url"
            />
            <button
              type="submit"
              className="button primary"
              disabled={address.trim() === ''}
              data-testid="model-url-open"
            >
              Open
            </button>
          </div>
          <p className="form-problem" role="alert">
            {problem}
          </p>
        </form>
      </section>
    </Modal>
  );
}
