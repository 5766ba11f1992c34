// The left column: messages, the text or what to do to get one, and the prompt box below it.
import { useLayoutEffect, useRef } from 'react';
import { isOutdated } from '../store/text-slice.ts';
import { Notices, SoftwareNotice } from './notices.tsx';
import { PassageView } from './passage-view.tsx';
import { PromptBox } from './prompt-box.tsx';
import { useActions, useApp } from './use-store.ts';

function Welcome() {
  return (
    <div className="welcome">
      <p className="welcome-lead">Let a language model write, then ask any word where it came from.</p>
      <ol className="welcome-steps">
        <li>Write a prompt below, or take one of the three.</li>
        <li>Run it: the model continues the text on this device.</li>
        <li>Click a word. The words it rests on turn red, those that spoke against it blue.</li>
      </ol>
    </div>
  );
}

function Outdated() {
  const { run } = useActions();
  return (
    <p className="outdated-note" data-testid="outdated">
      Outdated: the prompt was edited.{' '}
      <button type="button" className="text-button" onClick={() => void run()}>
        Run again
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
              {outdated && <Outdated />}
              <PassageView pointed={props.pointed} outdated={outdated} showHelp={props.showHelp} />
            </>
          )}
        </div>
      </div>
      <PromptBox />
    </main>
  );
}
