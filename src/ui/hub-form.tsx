// A model by its name on a hub or by a web address: what the download would take is told before it begins.
import { useState, type FormEvent } from 'react';
import type { DownloadPlan, HubLocation, ModelChoice, ModelLocation, Quantisation } from '../session/session.ts';
import { hubLocation, modelAddress } from '../store/model-address.ts';
import { planSentence } from './download-sentences.ts';
import { FormatChoice } from './format-choice.tsx';
import { proposedFormat } from './format-sentences.ts';
import { knownFacts, knownModels } from './known-models.ts';
import { savedToken, saveEndpoint } from './saved-settings.ts';
import { TokenField } from './token-field.tsx';
import { usePlan } from './use-plan.ts';
import { useActions, useApp } from './use-store.ts';

interface Planned {
  readonly location: HubLocation;
  readonly plan: DownloadPlan;
}

export function HubForm(props: {
  onOpen(choice: ModelChoice): void;
  /** A folder on the web, whose size is not known yet. */
  onConsider(location: ModelLocation): void;
}) {
  const { changeSettings, planDownload } = useActions();
  const { endpoint, token, recent } = useApp(({ settings }) => settings);
  const library = useApp((state) => state.library);
  const refused = useApp(({ notices }) => notices.some(({ name }) => name === 'AccessError'));
  const [address, setAddress] = useState('');
  const [asking, setAsking] = useState(false);
  const [planned, setPlanned] = useState<Planned | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  const formats = usePlan(planned?.location ?? null);
  const [chosen, setChosen] = useState<Quantisation | null>(null);
  const quantize = chosen ?? (formats.plan ? proposedFormat(formats.plan) : null);
  const needsToken = refused || problem?.name === 'AccessError' || token !== '';

  const isStored = ({ address: asked }: HubLocation): boolean =>
    library?.models.some((model) => model.complete && model.address === asked) ?? false;

  async function ask(typed: string): Promise<void> {
    setProblem(null);
    setPlanned(null);
    setChosen(null);
    try {
      const location = hubLocation(typed, endpoint);
      if (!location) return props.onConsider(modelAddress(typed, document.baseURI, endpoint));
      if (isStored(location)) return props.onOpen(location);
      setAsking(true);
      setPlanned({ location, plan: await planDownload(location) });
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown : new Error(String(thrown)));
    } finally {
      setAsking(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void ask(address);
  }

  function change(typed: string): void {
    setAddress(typed);
    setPlanned(null);
  }

  function choose(id: string): void {
    change(id);
    void ask(id);
  }

  function download({ location }: Planned): void {
    setPlanned(null);
    props.onOpen(quantize ? { ...location, quantize } : location);
  }

  return (
    <form className="address" onSubmit={submit}>
      <label htmlFor="model-address">Name on the hub, or a web address</label>
      <div className="address-row">
        <input
          id="model-address"
          className="text-field"
          type="text"
          inputMode="url"
          spellCheck={false}
          placeholder="owner/model, owner/model@revision, https://…"
          value={address}
          onChange={(event) => change(event.target.value)}
          data-testid="model-url"
        />
        <button
          type="submit"
          className="button primary"
          disabled={address.trim() === '' || asking}
          data-testid="model-url-open"
        >
          {asking ? 'Asking …' : 'Open'}
        </button>
      </div>
      {needsToken && <TokenField key={endpoint} />}
      <p className="form-problem" role="alert">
        {problem?.message}
      </p>
      {planned && (
        <div className="address-extra" data-testid="download-plan">
          <div className="address-row">
            <p className="grow">
              {planSentence(planned.plan)} {planned.plan.shortage}
            </p>
            <button
              type="button"
              className="button primary"
              onClick={() => download(planned)}
              data-testid="download-start"
            >
              {planned.plan.missingBytes < planned.plan.totalBytes ? 'Resume' : 'Download'}
              {quantize && quantize !== 'none' ? `, open as ${quantize}` : ''}
            </button>
          </div>
          {formats.plan && quantize ? (
            formats.plan.formats.length > 1 && (
              <FormatChoice plan={formats.plan} value={quantize} onChange={setChosen} />
            )
          ) : (
            <p className="muted">{formats.problem ?? 'Reading what it would take of the GPU …'}</p>
          )}
        </div>
      )}
      {recent.length > 0 && (
        <details className="known-models" data-testid="recent-models">
          <summary>Opened last</summary>
          <ul className="model-list">
            {recent.map((name) => (
              <li key={name}>
                <span className="model-list-name">{name}</span>
                <button type="button" className="button" disabled={asking} onClick={() => choose(name)}>
                  Choose
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
      <details className="known-models">
        <summary>Models to begin with</summary>
        <p className="muted">None of them needs half-precision shaders (shader-f16).</p>
        <ul className="model-list">
          {knownModels.map((model) => (
            <li key={model.id}>
              <span className="model-list-name">{model.id}</span>
              <button type="button" className="button" disabled={asking} onClick={() => choose(model.id)}>
                Choose
              </button>
              <span className="muted model-list-facts">{knownFacts(model)}</span>
            </li>
          ))}
        </ul>
      </details>
      <details className="known-models">
        <summary>Another hub</summary>
        <label className="address-extra">
          Its address; empty for huggingface.co
          <input
            className="text-field"
            type="text"
            inputMode="url"
            spellCheck={false}
            placeholder="https://huggingface.co"
            value={endpoint}
            onChange={(event) => {
              const typed = event.target.value.trim();
              changeSettings({ endpoint: typed, token: savedToken(typed) });
              saveEndpoint(typed);
            }}
            data-testid="hub-endpoint"
          />
        </label>
      </details>
    </form>
  );
}
