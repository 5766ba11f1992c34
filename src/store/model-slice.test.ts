import { describe, expect, it } from 'vitest';
import { createAppStore } from './app-store.ts';
import { fakeModel, fakeSession } from './testing/fake-session.ts';
import { surroundings } from './testing/surroundings.ts';
import { location, ran } from './testing/opened-store.ts';

describe('opening a model', () => {
  it('shows progress, then the model', async () => {
    const store = createAppStore(fakeSession(), surroundings);
    const seen: string[] = [];
    store.subscribe(({ model }) =>
      seen.push(model.status === 'loading' ? (model.progress?.phase ?? '-') : model.status),
    );
    await store.getState().openModel(location);
    expect([seen[0], seen.includes('weights'), seen.at(-1)]).toEqual(['-', true, 'ready']);
  });

  it('keeps the sentence of a failure and goes on with the next model', async () => {
    const session = fakeSession();
    const broken = { ...session, load: () => Promise.reject(new Error('model.safetensors ends too early.')) };
    const store = createAppStore(broken, surroundings);
    await store.getState().openModel(location);
    expect(store.getState().model.status).toBe('failed');
    expect(store.getState().notices.map(({ message }) => message)).toEqual(['model.safetensors ends too early.']);
    broken.load = () => Promise.resolve(fakeModel) as never;
    await store.getState().openModel(location);
    expect(store.getState().model.status).toBe('ready');
  });

  it.each(['FormatError', 'AbortError'])('goes on with the model before and its text after a %s', async (name) => {
    const { store, session } = await ran();
    await store.getState().explain(4);
    const before = store.getState();
    session.load = () => Promise.reject(Object.assign(new Error('model.safetensors ends too early.'), { name }));
    await store.getState().openModel({ kind: 'url', url: 'https://example.org/broken/' });
    expect(store.getState().model).toBe(before.model);
    const sentences = store.getState().notices.map(({ message }) => message);
    expect(sentences).toEqual(name === 'AbortError' ? [] : ['model.safetensors ends too early. TinyWorld stays open.']);
    expect(store.getState().text.tokens).toBe(before.text.tokens);
    expect(store.getState().explanation.result).toBe(before.explanation.result);
    await store.getState().explain(5);
    expect(store.getState().explanation.status).toBe('ready');
  });

  it('keeps neither model nor text when the device fails', async () => {
    const { store, session } = await ran();
    session.load = () => Promise.reject(Object.assign(new Error('The device was lost.'), { name: 'DeviceLostError' }));
    await store.getState().openModel(location);
    expect(store.getState().model.status).toBe('failed');
    expect(store.getState().text.tokens).toEqual([]);
  });

  it('answers no question while another model is being opened', async () => {
    const { store, session } = await ran();
    const opening = store.getState().openModel(location);
    await store.getState().explain(4);
    expect(session.questions).toEqual([]);
    expect(store.getState().explanation.question).toBeNull();
    await opening;
  });

  it('lets the last chosen model win and drops the old text', async () => {
    const { store } = await ran();
    await Promise.all([store.getState().openModel(location), store.getState().openModel(location)]);
    expect(store.getState().text.tokens).toEqual([]);
    expect(store.getState().model).toMatchObject({ status: 'ready', serial: 2 });
    expect(store.getState().notices).toEqual([]);
  });
});
