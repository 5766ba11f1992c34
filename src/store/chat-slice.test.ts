import { describe, expect, it } from 'vitest';
import { chats } from './conversation.ts';
import type { AppStore } from './slices.ts';
import { fakeModel, type FakeSession } from './testing/fake-session.ts';
import { location, opened, written } from './testing/opened-store.ts';
import { isOutdated } from './text-slice.ts';

const info = { ...fakeModel, chat: { problem: null } };
const first = '[user]Hello[end][assistant]';
const second = `${first} Good day.[end][user]Who has a kite?[end][assistant]`;
const answers = { [first]: ' Good day.', [second]: ' Mia.' };

const chatting = (): Promise<{ store: AppStore; session: FakeSession }> => opened({ info, answers });

async function say(store: AppStore, message: string): Promise<void> {
  store.getState().editDraft(message);
  await store.getState().run();
}

const textOf = (store: AppStore): string => store.getState().text.tokens.map(({ text }) => text).join(''); // prettier-ignore

describe('a conversation', () => {
  it('goes on with every message, on top of all that was said', async () => {
    const { store } = await chatting();
    await say(store, 'Hello');
    expect(textOf(store)).toBe(`${first} Good day.`);
    expect(store.getState().text.draft).toBe('');
    await say(store, 'Who has a kite?');
    expect(textOf(store)).toBe(`${second} Mia.`);
    expect(written(store)).toBe(' Mia.');
    expect(store.getState().chat.exchange?.messages).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: ' Good day.' },
      { role: 'user', content: 'Who has a kite?' },
    ]);
    expect(isOutdated(store.getState().text)).toBe(false);
  });

  it('marks every token as somebody’s words or the template’s, written ones too', async () => {
    const { store } = await chatting();
    await say(store, 'Hello');
    expect(store.getState().text.tokens.map(({ text, turn }) => [text, turn?.role ?? turn?.kind])).toEqual([
      ['[user]', 'template'],
      ['Hello', 'user'],
      ['[end]', 'template'],
      ['[assistant]', 'template'],
      [' Good', 'assistant'],
      [' day', 'assistant'],
      ['.', 'assistant'],
    ]);
  });

  it('begins with the system prompt, where there is one', async () => {
    const { store } = await chatting();
    store.getState().changeSystem(' Be kind. ');
    await say(store, 'Hello');
    expect(textOf(store)).toContain('[system]Be kind.[end][user]Hello');
    expect(store.getState().chat.exchange?.messages).toHaveLength(2);
    await say(store, 'Go on');
    expect(store.getState().chat.exchange?.messages).toHaveLength(4);
  });

  it('keeps the message and what was said before where the template refuses it', async () => {
    const { store } = await chatting();
    await say(store, 'Hello');
    await say(store, 'Answer!!');
    expect(store.getState().notices[0]?.message).toContain('do not shout');
    expect(store.getState().text).toMatchObject({ status: 'failed', draft: 'Answer!!' });
    expect(textOf(store)).toBe(`${first} Good day.`);
    await say(store, 'Who has a kite?');
    expect(textOf(store)).toBe(`${second} Mia.`);
  });

  it('gives a message back that could not be answered', async () => {
    const { store, session } = await chatting();
    await say(store, 'Hello');
    const { generate } = session;
    session.generate = () => Promise.reject(new Error('The text is too long.'));
    await say(store, 'Who has a kite?');
    expect(store.getState().notices[0]?.message).toBe('The text is too long.');
    expect(store.getState().text).toMatchObject({ status: 'failed', draft: 'Who has a kite?' });
    expect(textOf(store)).toBe(`${first} Good day.`);
    session.generate = generate;
    await store.getState().run();
    expect(textOf(store)).toBe(`${second} Mia.`);
  });

  it('goes on after an answer that was stopped', async () => {
    const { store } = await chatting();
    const unsubscribe = store.subscribe(() => {
      if (written(store) === ' Good') store.getState().stop();
    });
    await say(store, 'Hello');
    unsubscribe();
    expect(store.getState().text).toMatchObject({ stopped: 'cancelled', status: 'ready' });
    await say(store, 'Go on');
    expect(textOf(store)).toContain(`${first} Good[end][user]Go on`);
  });

  it('takes messages back, one after the other', async () => {
    const { store } = await chatting();
    await say(store, 'Hello');
    const before = store.getState().text.tokens;
    await say(store, 'Who has a kite?');
    store.getState().takeBack();
    expect(store.getState().text).toMatchObject({ draft: 'Who has a kite?', stopped: 'end-of-text', status: 'ready' });
    expect(store.getState().text.tokens).toBe(before);
    await store.getState().run();
    expect(textOf(store)).toBe(`${second} Mia.`);
    store.getState().takeBack();
    store.getState().takeBack();
    expect(store.getState().text).toMatchObject({ draft: 'Hello', tokens: [] });
    expect(store.getState().chat.exchange).toBeNull();
    store.getState().takeBack();
    expect(store.getState().text.draft).toBe('Hello');
  });

  it('ends with the text, and with the model that held it', async () => {
    const { store } = await chatting();
    await say(store, 'Hello');
    store.getState().clearText();
    expect(store.getState().chat).toMatchObject({ exchange: null, past: [] });
    await say(store, 'Hello');
    await store.getState().openModel(location);
    expect(store.getState().chat.exchange).toBeNull();
    // What was sent last is not lost with the model.
    expect(store.getState().text).toMatchObject({ tokens: [], draft: 'Hello' });
  });
});

describe('what the prompt box does', () => {
  it.each([
    ['TinyWorld-Instruct', { problem: null }, true],
    ['Tiny-0.6B', { problem: null }, true],
    ['Tiny-0.6B-Base', { problem: null }, false],
    ['TinyWorld-Instruct', { problem: 'Broken.' }, false],
  ])('follows from the model (%s, %o)', async (name, chat, expected) => {
    const { store } = await opened({ info: { ...fakeModel, name, chat } });
    expect(chats(store.getState())).toBe(expected);
  });

  it('is to continue texts where a model has no chat template, whatever was chosen', async () => {
    const { store, session } = await opened();
    store.getState().chooseWriting('chat');
    await say(store, 'Hello');
    expect(session.calls).not.toContain('tokenizeChat');
  });

  it('is the user’s choice, and leaves the conversation alone until a text is run', async () => {
    const { store, session } = await chatting();
    await say(store, 'Hello');
    store.getState().chooseWriting('completion');
    expect(textOf(store)).toBe(`${first} Good day.`);
    store.getState().chooseWriting('chat');
    await say(store, 'Who has a kite?');
    expect(textOf(store)).toBe(`${second} Mia.`);
    store.getState().chooseWriting('completion');
    await say(store, 'Mia has');
    expect(session.calls.filter((name) => name === 'tokenize')).toHaveLength(1);
    expect(store.getState().chat.exchange).toBeNull();
    expect(store.getState().text.source).toBe('Mia has');
  });
});

describe('runs of template tokens', () => {
  it('are folded, and unfolded one by one or all at once', async () => {
    const { store } = await chatting();
    const { toggleRun, showTemplate } = store.getState();
    toggleRun(3);
    toggleRun(7);
    toggleRun(3);
    expect(store.getState().chat).toMatchObject({ templateShown: false, toggledRuns: [7] });
    showTemplate(true);
    expect(store.getState().chat).toMatchObject({ templateShown: true, toggledRuns: [] });
  });
});
