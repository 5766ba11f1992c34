// Which model is open, and the ways to open another: the built-in one, a folder of this computer, a hub, this device.
import { useEffect, useRef, type ReactNode } from 'react';
import type { ModelChoice, ModelKind, ModelLocation } from '../session/session.ts';
import { builtInLocations } from '../store/model-address.ts';
import { Modal, NumberSetting, SwitchSetting } from './controls.tsx';
import { DownloadView } from './download-view.tsx';
import { chosenModel } from './dropped-files.ts';
import { HubForm } from './hub-form.tsx';
import { intoView } from './into-view.ts';
import { ModelFacts } from './model-facts.tsx';
import { OpeningChoice } from './opening-choice.tsx';
import { StoredModels } from './stored-models.tsx';
import { useActions, useApp } from './use-store.ts';

/** A file dialog for a whole folder; React knows the attribute only by this spelling. */
const wholeFolder = { webkitdirectory: '' };

export function ModelDialog(props: {
  readonly open: boolean;
  /** What went wrong. */
  readonly notices: ReactNode;
  /** A model whose format is to be chosen. */
  readonly considered: ModelLocation | null;
  onConsider(location: ModelLocation | null): void;
  onClose(): void;
}) {
  const { considered, onConsider } = props;
  const { changeSettings, openModel } = useActions();
  const kind = useApp(({ mode }) => (mode === 'image' ? 'image' : 'language'));
  const memoryBytes = useApp(({ settings }) => settings.memoryBytes);
  const cache = useApp(({ settings }) => settings.cache);
  const lastNotice = useApp(({ notices }) => notices.at(-1)?.id);
  const notices = useRef<HTMLDivElement>(null);
  useEffect(() => intoView(notices.current), [lastNotice]);

  function open(location: ModelChoice, expected?: ModelKind): void {
    onConsider(null);
    // A download is watched here; it shows where the model belongs that the page reads with.
    if (location.kind !== 'hub') props.onClose();
    void openModel(location, location.kind === 'hub' ? kind : expected);
  }

  return (
    <Modal title="Model" open={props.open} onClose={props.onClose}>
      <div className="modal-notices" ref={notices}>
        {props.notices}
      </div>
      <DownloadView />
      {considered && <OpeningChoice location={considered} onOpen={open} onCancel={() => onConsider(null)} />}
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
              onChange={(event) => onConsider(chosenModel(event.target.files ?? []))}
              data-testid="model-folder"
            />
          </label>
          <label className="button">
            Choose files …
            <input
              type="file"
              multiple
              className="visually-hidden"
              onChange={(event) => onConsider(chosenModel(event.target.files ?? []))}
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
        <HubForm onOpen={open} onConsider={onConsider} />
        <NumberSetting
          label="GPU memory"
          hint="GB that models may take; 0 is a cautious guess, as browsers do not tell"
          value={(memoryBytes ?? 0) / 1e9}
          min={0}
          step={0.5}
          testId="setting-memory"
          onChange={(gigabytes) => changeSettings({ memoryBytes: gigabytes === 0 ? null : gigabytes * 1e9 })}
        />
        <SwitchSetting
          label="Keys and values in f16"
          hint="take half the memory for each token of the text, rounded; for models opened from now on. Explanations stay f32"
          checked={cache === 'f16'}
          testId="setting-cache"
          onChange={(half) => changeSettings({ cache: half ? 'f16' : 'f32' })}
        />
      </section>
      <StoredModels onOpen={open} />
    </Modal>
  );
}
