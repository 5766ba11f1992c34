// The models on this device: open, resume, delete.
import { useEffect } from 'react';
import type { ModelChoice, Quantisation, StoredModel } from '../session/session.ts';
import { keptSentence, storedSentence } from './download-sentences.ts';
import { formatBytes } from './format.ts';
import { useActions, useApp } from './use-store.ts';

export function StoredModels(props: { onOpen(choice: ModelChoice): void }) {
  const { deleteModel, keepOnly, readLibrary } = useActions();
  const library = useApp((state) => state.library);
  const status = useApp(({ model, imageModel }) => `${model.status} ${imageModel.status}`);
  // A download ends, and with it what is stored changes.
  useEffect(() => void readLibrary(), [readLibrary, status]);
  if (!library) return null;
  const space = library.freeBytes === null ? '' : ` About ${formatBytes(library.freeBytes)} are free for this page.`;
  const open = ({ address, endpoint, formats }: StoredModel): void => {
    const [first] = formats;
    // Without the original weights there is one way to open it.
    const only = first && first !== 'none' ? { quantize: first } : {};
    props.onOpen({ kind: 'hub', address, endpoint, ...only });
  };
  /** What is left when the original weights go. */
  const smaller = ({ formats }: StoredModel): Quantisation | null =>
    formats.includes('none') ? (formats.findLast((format) => format !== 'none') ?? null) : null;
  return (
    <section className="modal-section" data-testid="stored-models">
      <h3>On this device</h3>
      {library.warning !== null && <p className="warnings">{library.warning}</p>}
      <p className="muted">
        {library.models.length === 0 ? 'No models are stored yet.' : 'What is complete opens without a network.'}
        {space}
        {library.models.length > 0 && keptSentence(library)}
      </p>
      <ul className="model-list">
        {library.models.map((model) => (
          <li key={model.key} data-testid="stored-model" data-key={model.key}>
            <span className="model-list-name">{model.address}</span>
            <span className="muted">{storedSentence(model)}</span>
            <button type="button" className="button" onClick={() => open(model)}>
              {model.complete ? 'Open' : 'Resume'}
            </button>
            {smaller(model) && (
              <button
                type="button"
                className="button"
                title="Deletes the downloaded weights and keeps those that were made of them here"
                onClick={() => void keepOnly(model.key, smaller(model)!)}
              >
                Keep only {smaller(model)}
              </button>
            )}
            <button
              type="button"
              className="button"
              aria-label={`Delete ${model.address}`}
              onClick={() => void deleteModel(model.key)}
            >
              Delete
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
