// Above the prompt box: whether it sends messages or continues a text, and what can be done with the conversation.
import type { Writing } from '../store/state.ts';
import { canChat, chats } from '../store/conversation.ts';
import { Segments, type Option } from './controls.tsx';
import { useActions, useApp } from './use-store.ts';

const writings: readonly Option<Writing>[] = [
  { value: 'chat', label: 'Chat' },
  { value: 'completion', label: 'Completion' },
];

export function ChatBar() {
  const { chooseWriting, showTemplate, takeBack, clearText } = useActions();
  const possible = useApp(canChat);
  const chatting = useApp(chats);
  const problem = useApp(({ model }) => (model.status === 'ready' ? (model.info.chat?.problem ?? null) : null));
  const hasExchange = useApp(({ chat }) => chat.exchange !== null);
  const templateShown = useApp(({ chat }) => chat.templateShown);
  if (problem !== null)
    return (
      <p className="chat-problem" data-testid="chat-problem">
        This model cannot chat. {problem}
      </p>
    );
  if (!possible) return null;

  return (
    <div className="chat-bar">
      <Segments
        label="What the prompt box does"
        testId="writing"
        value={chatting ? 'chat' : 'completion'}
        options={writings}
        onChange={chooseWriting}
      />
      {hasExchange && (
        <div className="chat-tools">
          <button
            type="button"
            className="text-button"
            onClick={() => showTemplate(!templateShown)}
            data-testid="show-template"
          >
            {templateShown ? 'Fold template' : 'Show template'}
          </button>
          {chatting && (
            <>
              <button type="button" className="text-button" onClick={takeBack} data-testid="take-back">
                Edit last message
              </button>
              <button type="button" className="text-button" onClick={clearText} data-testid="new-conversation">
                New conversation
              </button>
            </>
          )}
        </div>
      )}
    </div>
  );
}

/** Among the settings of how a text is written. */
export function SystemPrompt() {
  const { changeSystem } = useActions();
  const chatting = useApp(chats);
  const system = useApp(({ chat }) => chat.system);
  if (!chatting) return null;
  return (
    <label className="system-prompt">
      <span>System prompt</span>
      <span className="setting-hint">stands before the conversation, from the next message on</span>
      <textarea
        rows={3}
        value={system}
        onChange={(event) => changeSystem(event.target.value)}
        data-testid="system-prompt"
      />
    </label>
  );
}
