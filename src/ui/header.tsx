// The top line: which model is explained, on what device, how fast. Values have fixed places.
import { nameOfLocation } from '../store/model-address.ts';
import type { Mode, ModelState } from '../store/state.ts';
import { formatBytes, formatCount, formatPace } from './format.ts';
import { saveTheme } from './saved-settings.ts';
import { readingFacts } from './sentences.ts';
import { ChevronIcon, HelpIcon, ThemeIcon } from './icons.tsx';
import { Segments, type Option } from './controls.tsx';
import { useActions, useApp } from './use-store.ts';

function modelFacts(model: ModelState): { readonly name: string; readonly facts: string } {
  if (model.status === 'idle') return { name: 'Open a model', facts: '' };
  if (model.status === 'loading') return { name: nameOfLocation(model.location), facts: 'opening' };
  if (model.status === 'failed') return { name: nameOfLocation(model.location), facts: 'not opened' };
  const { name, parameters, format, weightBytes } = model.info;
  return { name, facts: `${formatCount(parameters)} parameters · ${format} · ${formatBytes(weightBytes)}` };
}

const modes: readonly Option<Mode>[] = [
  { value: 'text', label: 'Text' },
  { value: 'image', label: 'Image' },
];

export function Header(props: { openModels(): void; openHelp(): void }) {
  const { changeSettings, showMode } = useActions();
  const mode = useApp((state) => state.mode);
  const model = useApp((state) => (state.mode === 'image' ? state.imageModel : state.model));
  const { prefill, decode, status } = useApp(({ text }) => text);
  const theme = useApp(({ settings }) => settings.theme);
  const { name, facts } = modelFacts(model);

  function toggleTheme(): void {
    const isDark = theme === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
    const next = isDark ? 'light' : 'dark';
    changeSettings({ theme: next });
    saveTheme(next);
  }

  return (
    <header className="header">
      <h1 className="brand">attnlrp-webgpu</h1>
      <button type="button" className="model-button" onClick={props.openModels} data-testid="open-model">
        <span className="model-name" data-testid="model-name">
          {name}
        </span>
        <span className="model-facts">{facts}</span>
        <ChevronIcon />
      </button>
      <Segments label="What is read" testId="mode" value={mode} options={modes} onChange={showMode} />
      <dl className="gauges">
        {model.status === 'ready' && (
          <div className="gauge adapter">
            <dt>runs on</dt>
            <dd title={model.info.adapter.name} data-testid="adapter">
              {model.info.adapter.name}
            </dd>
          </div>
        )}
        {mode === 'text' && status !== 'idle' && (
          <>
            <div className="gauge pace" title={readingFacts(prefill)}>
              <dt>tokens/s read</dt>
              <dd data-testid="prefill-pace" data-tokens={prefill?.tokens} data-reused={prefill?.reused}>
                {formatPace(prefill)}
              </dd>
            </div>
            <div className="gauge pace" title="Tokens written per second">
              <dt>tokens/s written</dt>
              <dd data-testid="decode-pace">{formatPace(decode)}</dd>
            </div>
          </>
        )}
      </dl>
      <div className="header-tools">
        <button
          type="button"
          className="icon-button"
          aria-label="Light or dark"
          title="Light or dark"
          onClick={toggleTheme}
          data-testid="theme"
        >
          <ThemeIcon />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Help"
          title="Help"
          onClick={props.openHelp}
          data-testid="help"
        >
          <HelpIcon />
        </button>
      </div>
    </header>
  );
}
