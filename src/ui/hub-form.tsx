// A model by its name on a hub or by a web address: what the download would take is told before it begins.
import { useState, type FormEvent } from 'react';
import type { DownloadPlan, HubLocation, ModelLocation } from '../session/session.ts';
import { hubLocation, modelAddress } from '../store/model-address.ts';
import { planSentence } from './download-sentences.ts';
import { formatBytes } from './format.ts';
import { knownModels } from './known-models.ts';
import { saveEndpoint } from './saved-endpoint.ts';
import { useActions, useApp } from './use-store.ts';

interface Planned {
  readonly location: HubLocation;
  readonly plan: DownloadPlan;
}

export function HubForm(props: { onOpen(location: ModelLocation): void }) {
  const { changeSettings, planDownload } = useActions();
  const endpoint = useApp(({ settings }) => settings.endpoint);
  const library = useApp((state) => state.library);
  const refused = useApp(({ notices }) => notices.some(({ name }) => name === 'AccessError'));
  const [address, setAddress] = useState('');
  const [token, setToken] = useState('');
  const [asking, setAsking] = useState(false);
  const [planned, setPlanned] = useState<Planned | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  const needsToken = refused || problem?.name === 'AccessError' || token !== '';

  const isStored = ({ address: asked }: HubLocation): boolean =>
    library?.models.some((model) => model.complete && model.address === asked) ?? false;

  async function ask(typed: string): Promise<void> {
    setProblem(null);
    setPlanned(null);
    try {
      const location = hubLocation(typed, endpoint, token);
      if (!location || isStored(location)) return props.onOpen(modelAddress(typed, document.baseURI, endpoint));
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
    props.onOpen(location);
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
      {needsToken && (
        <label className="address-extra">
          Access token (sent to the hub only, kept nowhere)
          <input
            className="text-field"
            type="password"
            autoComplete="off"
            value={token}
            onChange={(event) => setToken(event.target.value)}
            data-testid="model-token"
          />
        </label>
      )}
      <p className="form-problem" role="alert">
        {problem?.message}
      </p>
      {planned && (
        <div className="address-row" data-testid="download-plan">
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
          </button>
        </div>
      )}
      <details className="known-models">
        <summary>Models to begin with</summary>
        <ul className="model-list">
          {knownModels.map(({ id, bytes, licence, use }) => (
            <li key={id}>
              <span className="model-list-name">{id}</span>
              <span className="muted">{`${formatBytes(bytes)} · ${licence} · ${use}`}</span>
              <button type="button" className="button" disabled={asking} onClick={() => choose(id)}>
                Choose
              </button>
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
              changeSettings({ endpoint: typed });
              saveEndpoint(typed);
            }}
            data-testid="hub-endpoint"
          />
        </label>
      </details>
    </form>
  );
}
