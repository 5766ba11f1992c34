// The left column: the text or the image or what to do to get one, and below it where they come from.
import { useLayoutEffect, useRef } from 'react';
import { isOutdated } from '../store/text-slice.ts';
import { ImageBox } from './image-box.tsx';
import { ImageView } from './image-parts.tsx';
import { SoftwareNotice } from './notices.tsx';
import { PassageView } from './passage-view.tsx';
import { PromptBox } from './prompt-box.tsx';
import { promptLint } from './sentences.ts';
import { useActions, useApp } from './use-store.ts';
import { ImageWelcome, Welcome } from './welcome.tsx';

function Outdated() {
  const { run } = useActions();
  return (
    <p className="passage-note" data-testid="outdated">
      Outdated: the prompt was edited.{' '}
      <button type="button" className="text-button" onClick={() => void run()}>
        Run again
      </button>
    </p>
  );
}

/** Said after a run, not while typing: on the way every word ends with a space. */
function Lint() {
  const { run, editDraft } = useActions();
  const source = useApp(({ text }) => text.source ?? '');
  const readsText = useApp(({ model }) => model.status === 'ready' && model.info.hasTokenizer);
  const lint = readsText ? promptLint(source) : null;
  if (lint === null) return null;
  function repair(): void {
    editDraft(source.trimEnd());
    void run();
  }
  return (
    <p className="passage-note" data-testid="lint">
      {lint}{' '}
      <button type="button" className="text-button" onClick={repair}>
        Remove it and run again
      </button>
    </p>
  );
}

function Passage(props: { readonly pointed: number | null; showHelp(): void }) {
  const outdated = useApp(({ text }) => isOutdated(text));
  return (
    <>
      {outdated ? <Outdated /> : <Lint />}
      <PassageView pointed={props.pointed} outdated={outdated} showHelp={props.showHelp} />
    </>
  );
}

export function ReadingColumn(props: { readonly pointed: number | null; chooseImage(): void; showHelp(): void }) {
  const mode = useApp((state) => state.mode);
  const given = useApp(({ image }) => image.given);
  const tokens = useApp(({ text }) => text.tokens);
  const said = useApp(({ notices }) => notices.length);
  const scroller = useRef<HTMLDivElement>(null);
  const followsEnd = useRef(true);

  // The end stays in view while text is written and while messages take or give room, unless the reader has scrolled away.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && mode === 'text' && tokens.length > 0 && followsEnd.current) element.scrollTop = element.scrollHeight;
  }, [tokens.length, said, mode]);
  useLayoutEffect(() => {
    if (scroller.current && mode === 'image') scroller.current.scrollTop = 0;
  }, [mode]);

  return (
    <main className="reading">
      <div
        ref={scroller}
        className="reading-scroll"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          followsEnd.current = scrollHeight - scrollTop - clientHeight < 40;
        }}
      >
        <div className="reading-inner">
          {mode === 'text' && <SoftwareNotice />}
          {mode === 'image' ? (
            <>
              {given ? <ImageView given={given} pointed={props.pointed} showHelp={props.showHelp} /> : <ImageWelcome />}
              {/* Below: it comes when the model is open, and must not move the picture. */}
              <SoftwareNotice />
            </>
          ) : tokens.length === 0 ? (
            <Welcome />
          ) : (
            <Passage pointed={props.pointed} showHelp={props.showHelp} />
          )}
        </div>
      </div>
      {mode === 'image' ? <ImageBox chooseImage={props.chooseImage} /> : <PromptBox chooseImage={props.chooseImage} />}
    </main>
  );
}
