// Where a prompt or a message is written and run. Enter runs, Shift+Enter breaks the line.
import type { KeyboardEvent } from 'react';
import { chats } from '../store/conversation.ts';
import { ChatBar } from './chat-bar.tsx';
import { samplePrompts } from './choices.ts';
import { ImageIcon } from './icons.tsx';
import { SampleImages } from './sample-images.tsx';
import { SamplingSettings } from './sampling-settings.tsx';
import { StatusLine } from './status-line.tsx';
import { useActions, useApp } from './use-store.ts';

export function PromptBox(props: { chooseImage(): void }) {
  const { editDraft, run, stop } = useActions();
  const draft = useApp(({ text }) => text.draft);
  const hasText = useApp(({ text }) => text.tokens.length > 0);
  const running = useApp(({ text }) => text.status === 'loading');
  const hasTokenizer = useApp(({ model }) => model.status !== 'ready' || model.info.hasTokenizer);

  const chatting = useApp(chats);
  const goesOn = useApp((state) => chats(state) && state.chat.exchange !== null);
  const what = chatting ? 'message' : 'prompt';

  function onKeyDown(event: KeyboardEvent): void {
    // While an input method composes a character, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (!running) void run();
  }

  function tryPrompt(prompt: string): void {
    editDraft(prompt);
    void run();
  }

  return (
    <div className="prompt">
      <ChatBar />
      <div className="prompt-box">
        <textarea
          className="prompt-text"
          aria-label={chatting ? 'Message' : 'Prompt'}
          placeholder={hasTokenizer ? `Write a ${what}, or drop an image anywhere` : 'Token ids, such as 1 20 300'}
          rows={2}
          value={draft}
          onChange={(event) => editDraft(event.target.value)}
          onKeyDown={onKeyDown}
          data-testid="prompt"
        />
        <div className="prompt-tools">
          <button
            type="button"
            className="icon-button small"
            aria-label="Open an image"
            title="Open an image"
            onClick={props.chooseImage}
          >
            <ImageIcon />
          </button>
          <SamplingSettings />
          <span className="prompt-hint">
            <kbd>Enter</kbd> {chatting ? 'sends' : 'runs'} · <kbd>Shift Enter</kbd> breaks
          </span>
          {running ? (
            <button type="button" className="button" onClick={stop} data-testid="stop">
              Stop
            </button>
          ) : (
            <button
              type="button"
              className="button primary"
              disabled={draft.trim() === ''}
              onClick={() => void run()}
              data-testid="run"
            >
              {chatting ? 'Send' : 'Run'}
            </button>
          )}
        </div>
      </div>
      {!goesOn && (
        <ul className="samples" aria-label="Suggested prompts">
          {samplePrompts.map((prompt) => (
            <li key={prompt}>
              <button type="button" className="sample" onClick={() => tryPrompt(prompt)} data-testid="sample">
                {prompt}
              </button>
            </li>
          ))}
        </ul>
      )}
      {!hasText && <SampleImages />}
      <StatusLine />
    </div>
  );
}
