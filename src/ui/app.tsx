// The page: header, reading column, inspector; dialogs over it; an image or a model folder may be dropped anywhere.
import { useCallback, useEffect, useRef, useState, type CSSProperties, type DragEvent } from 'react';
import { AppError } from '../errors.ts';
import type { ModelLocation } from '../session/session.ts';
import type { AppStore } from '../store/slices.ts';
import './base.css';
import './controls.css';
import './popups.css';
import './page.css';
import './reading.css';
import './prompt.css';
import './chat.css';
import './inspector.css';
import './views.css';
import './image.css';
import { dropped } from './dropped-files.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { Header } from './header.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { ImageInspector } from './image-parts.tsx';
import { Inspector } from './inspector.tsx';
import { worthChoosing } from './format-sentences.ts';
import { ModelDialog } from './model-dialog.tsx';
import { Notices } from './notices.tsx';
import { ReadingColumn } from './reading-column.tsx';
import { usePalette } from './use-map.ts';
import { StoreProvider, useActions, useApp } from './use-store.ts';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');

function Page() {
  const { openModel, giveImage, planModel, report } = useActions();
  const mode = useApp((state) => state.mode);
  const theme = useApp(({ settings }) => settings.theme);
  const palette = usePalette();
  const [dialog, setDialog] = useState<'models' | 'help' | null>(null);
  /** A model whose format is to be chosen. */
  const [considered, setConsidered] = useState<ModelLocation | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const [dragging, setDragging] = useState(false);
  const openModels = (): void => setDialog('models');
  const openHelp = (): void => setDialog('help');
  const close = (): void => {
    setDialog(null);
    setConsidered(null);
  };
  const imageInput = useRef<HTMLInputElement>(null);
  const chooseImage = (): void => imageInput.current?.click();

  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);

  const giveFile = useCallback(
    (file: File, others: number): void => {
      if (others > 0)
        report(new AppError('UsageError', `One image at a time: ${file.name} was taken, ${others} more were not.`));
      void giveImage(file, file.name);
    },
    [giveImage, report],
  );

  /** A large model is opened in the format that is chosen; what is wrong with one is told when it is opened. */
  async function takeModel(location: ModelLocation): Promise<void> {
    const plan = await planModel(location).catch(() => null);
    if (!plan || !worthChoosing(plan)) return openModel(location);
    setConsidered(location);
    setDialog('models');
  }

  async function takeDropped(items: DataTransferItemList): Promise<void> {
    try {
      const given = await dropped(items);
      if (given?.kind === 'model') await takeModel(given.location);
      if (given?.kind === 'image') giveFile(given.file, given.others);
    } catch (thrown) {
      report(thrown);
    }
  }

  function onDrop(event: DragEvent): void {
    event.preventDefault();
    setDragging(false);
    void takeDropped(event.dataTransfer.items);
  }

  // A picture in the clipboard may be pasted wherever the focus is; text goes where text goes.
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const [file, ...others] = event.clipboardData?.files ?? [];
      if (!file) return;
      event.preventDefault();
      giveFile(file, others.length);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [giveFile]);

  // Where the user looks: what goes wrong while the dialog is open is said in it.
  const notices = <Notices openModels={openModels} chooseImage={chooseImage} />;

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
        {dialog !== 'models' && <div className="notices">{notices}</div>}
        <ReadingColumn pointed={pointed} chooseImage={chooseImage} showHelp={openHelp} />
        {mode === 'image' ? <ImageInspector onPoint={setPointed} /> : <Inspector onPoint={setPointed} />}
      </div>
      <ModelDialog
        open={dialog === 'models'}
        onClose={close}
        notices={dialog === 'models' ? notices : null}
        considered={considered}
        onConsider={setConsidered}
      />
      <HelpDialog open={dialog === 'help'} onClose={close} />
      <input
        ref={imageInput}
        type="file"
        accept="image/*"
        hidden
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) giveFile(file, 0);
          // The same file may be chosen again.
          target.value = '';
        }}
        data-testid="image-file"
      />
      {dragging && <div className="drop-hint">Drop an image to explain it, or a model folder to open it</div>}
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
