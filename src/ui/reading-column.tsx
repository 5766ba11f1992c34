// The left column: messages, the text or what to do to get one, and the prompt box below it.
import { useLayoutEffect, useRef } from 'react';
import { isOutdated } from '../store/text-slice.ts';
import { Notices, SoftwareNotice } from './notices.tsx';
import { PassageView } from './passage-view.tsx';
import { PromptBox } from './prompt-box.tsx';
import { promptLint } from './sentences.ts';
import { useActions, useApp } from './use-store.ts';
import { Welcome } from './welcome.tsx';

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

export function ReadingColumn(props: { readonly pointed: number | null; openModels(): void; showHelp(): void }) {
  const tokens = useApp(({ text }) => text.tokens);
  const outdated = useApp(({ text }) => isOutdated(text));
  const scroller = useRef<HTMLDivElement>(null);
  const followsEnd = useRef(true);

  // New text scrolls into view, unless the reader has scrolled away from the end.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && followsEnd.current) element.scrollTop = element.scrollHeight;
  }, [tokens.length]);

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
          <Notices openModels={props.openModels} />
          <SoftwareNotice />
          {tokens.length === 0 ? (
            <Welcome />
          ) : (
            <>
              {outdated ? <Outdated /> : <Lint />}
              <PassageView pointed={props.pointed} outdated={outdated} showHelp={props.showHelp} />
            </>
          )}
        </div>
      </div>
      <PromptBox />
    </main>
  );
}
