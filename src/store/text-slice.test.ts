import { describe, expect, it, vi } from 'vitest';
import { createAppStore } from './app-store.ts';
import { fakeModel, fakeSession } from './testing/fake-session.ts';
import { answers, gate, location, opened, prompt, ran, written } from './testing/opened-store.ts';
import { surroundings } from './testing/surroundings.ts';
import { isOutdated } from './text-slice.ts';

describe('running a prompt', () => {
  it('appends what the model writes to the prompt tokens', async () => {
    const { store } = await ran();
    const { tokens, promptLength, stopped } = store.getState().text;
    expect(tokens.slice(1, promptLength).map(({ text }) => text).join('')).toBe(prompt); // prettier-ignore
    expect(written(store)).toBe(' a kite.');
    expect(stopped).toBe('end-of-text');
  });

  it('waits for a model that is still being opened', async () => {
    const { pause, open } = gate();
    const store = createAppStore(fakeSession({ answers, pause }), surroundings);
    const opening = store.getState().openModel(location);
    store.getState().editDraft(prompt);
    const running = store.getState().run();
    expect(store.getState().text.status).toBe('loading');
    open();
    await Promise.all([opening, running]);
    expect(written(store)).toBe(' a kite.');
  });

  it('keeps what was written when it is stopped', async () => {
    const { store } = await opened();
    store.getState().editDraft(prompt);
    const unsubscribe = store.subscribe(() => {
      if (written(store) === ' a') store.getState().stop();
    });
    await store.getState().run();
    unsubscribe();
    expect(written(store)).toBe(' a');
    expect(store.getState().text).toMatchObject({ status: 'ready', stopped: 'cancelled' });
  });

  it('keeps the measures of a cancelled run out of the next one', async () => {
    const { store, session } = await opened();
    const { generate } = session;
    const { pause, open } = gate();
    let runs = 0;
    session.generate = async (request, job) => {
      if (++runs === 1) await pause();
      return { ...(await generate(request, job)), prefill: { tokens: 1000, seconds: 1 } };
    };
    store.getState().editDraft(prompt);
    const first = store.getState().run();
    await vi.waitFor(() => expect(runs).toBe(1));
    await store.getState().run();
    open();
    await first;
    expect(store.getState().text.prefill?.tokens).toBe(1000);
  });

  it('marks the passage as outdated once the prompt is edited, and fresh again when the edit is undone', async () => {
    const { store } = await ran();
    expect(isOutdated(store.getState().text)).toBe(false);
    store.getState().editDraft(`${prompt}!`);
    expect(isOutdated(store.getState().text)).toBe(true);
    store.getState().editDraft(prompt);
    expect(isOutdated(store.getState().text)).toBe(false);
  });

  it('explains every new token when asked to, and follows with the view', async () => {
    const { store, session } = await opened();
    store.getState().changeSettings({ explainEachToken: true });
    store.getState().editDraft(prompt);
    await store.getState().run();
    const { tokens, promptLength } = store.getState().text;
    expect(written(store)).toBe(' a kite.');
    expect(session.questions.map(({ target }) => target)).toEqual(tokens.slice(promptLength).map(({ id }) => id));
    expect(store.getState().explanation).toMatchObject({ status: 'ready', question: { index: tokens.length - 1 } });
  });

  it('stops following once the user picks another token', async () => {
    const { store, session } = await opened();
    store.getState().changeSettings({ explainEachToken: true });
    store.getState().editDraft(prompt);
    const unsubscribe = store.subscribe(() => {
      if (written(store) === ' a' && store.getState().explanation.status === 'ready') {
        unsubscribe();
        void store.getState().explain(3);
      }
    });
    await store.getState().run();
    expect(store.getState().explanation.question?.index).toBe(3);
    expect(session.questions).toHaveLength(2);
  });

  it('says what a prompt for a model without a tokenizer looks like', async () => {
    const { store } = await opened({ info: { ...fakeModel, hasTokenizer: false } });
    store.getState().editDraft('1 2 kite');
    await store.getState().run();
    expect(store.getState().notices[0]?.message).toContain('"kite" is none');
  });
});
