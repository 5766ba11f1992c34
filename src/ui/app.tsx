// The page: header, reading column, inspector; dialogs over it; a model folder may be dropped anywhere.
import { useEffect, useState, type CSSProperties, type DragEvent } from 'react';
import type { AppStore } from '../store/state.ts';
import './base.css';
import './controls.css';
import './popups.css';
import './page.css';
import './reading.css';
import './prompt.css';
import './inspector.css';
import './views.css';
import { droppedModel } from './dropped-files.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { Header } from './header.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { Inspector } from './inspector.tsx';
import { ModelDialog } from './model-dialog.tsx';
import { ReadingColumn } from './reading-column.tsx';
import { usePalette } from './use-map.ts';
import { StoreProvider, useActions, useApp } from './use-store.ts';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');

function Page() {
  const { openModel, report } = useActions();
  const theme = useApp(({ settings }) => settings.theme);
  const palette = usePalette();
  const [dialog, setDialog] = useState<'models' | 'help' | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const [dragging, setDragging] = useState(false);
  const openModels = (): void => setDialog('models');
  const openHelp = (): void => setDialog('help');
  const close = (): void => setDialog(null);

  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);

  function onDrop(event: DragEvent): void {
    event.preventDefault();
    setDragging(false);
    droppedModel(event.dataTransfer.items).then((location) => location && openModel(location), report);
  }

  return (
    <div
      className="page"
      style={{ '--supports': palette.supports, '--opposes': palette.opposes } as CSSProperties}
      onDragOver={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDragging(false);
      }}
      onDrop={onDrop}
    >
      <Header openModels={openModels} openHelp={openHelp} />
      <div className="columns">
        <ReadingColumn pointed={pointed} openModels={openModels} showHelp={openHelp} />
        <Inspector onPoint={setPointed} />
      </div>
      <ModelDialog open={dialog === 'models'} onClose={close} />
      <HelpDialog open={dialog === 'help'} onClose={close} />
      {dragging && <div className="drop-hint">Drop a model folder to open it</div>}
    </div>
  );
}

export function App({ store }: { readonly store: AppStore }) {
  return (
    <ErrorBoundary>
      <StoreProvider value={store}>
        <Page />
      </StoreProvider>
    </ErrorBoundary>
  );
}
