import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { createAppStore } from './app-store.ts';
import { fakeModel, fakeSession, type FakeSession } from './testing/fake-session.ts';
import { surroundings } from './testing/surroundings.ts';
import { gate, location, ran } from './testing/opened-store.ts';

/** Grows with every load. */
function formatsLoadedBy(session: FakeSession): (string | undefined)[] {
  const loaded: (string | undefined)[] = [];
  const { load } = session;
  session.load = (request, job) => {
    loaded.push(request.quantize);
    return load(request, job);
  };
  return loaded;
}

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

  it('hands on what memory models may take, and how they keep keys and values', async () => {
    const session = fakeSession();
    const asked: object[] = [];
    const { load } = session;
    session.load = ({ memoryBytes, cache }, job) => {
      asked.push({ memoryBytes, cache });
      return load({ ...location }, job);
    };
    const store = createAppStore(session, surroundings);
    await store.getState().openModel(location);
    store.getState().changeSettings({ memoryBytes: 5e9, cache: 'f16' });
    await store.getState().openModel(location);
    expect(asked).toEqual([{}, { memoryBytes: 5e9, cache: 'f16' }]);
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

  it('knows that the model before has made way for one that cannot be read', async () => {
    const { store, session } = await ran();
    const broken = Object.assign(new Error('It ends too early.'), { name: 'SourceError', madeWay: true });
    session.load = () => Promise.reject(broken);
    await store.getState().openModel({ kind: 'url', url: 'https://example.org/broken/' });
    expect(store.getState().model.status).toBe('failed');
    expect(store.getState().notices.map(({ message }) => message)).toEqual(['It ends too early.']);
    expect(store.getState().text.tokens).toEqual([]);
  });

  it('knows that the model before has made way for one that is cancelled', async () => {
    const { store, session } = await ran();
    session.load = (_, { signal } = {}) =>
      new Promise((_, reject) => {
        signal!.addEventListener('abort', () => reject(Object.assign(signal!.reason as Error, { madeWay: true })));
      });
    const opening = store.getState().openModel({ kind: 'url', url: 'https://example.org/large/' });
    await store.getState().cancelOpening('language');
    await opening;
    expect(store.getState().model.status).toBe('idle');
    expect(store.getState().notices).toEqual([]);
    expect(store.getState().text.tokens).toEqual([]);
  });

  it('resumes a download in the format it was begun for, with the token of that hub', async () => {
    const session = fakeSession();
    const asked: unknown[] = [];
    const store = createAppStore(
      {
        ...session,
        load: (request) => (asked.push(request), Promise.reject(Object.assign(new Error(), { name: 'AbortError' }))),
      },
      { ...surroundings, saved: { token: 'hf_secret' } },
    );
    const hub = { kind: 'hub', address: 'owner/model' } as const;
    await store.getState().openModel({ ...hub, quantize: 'int4' });
    await store.getState().openModel(hub);
    const begun = { ...hub, quantize: 'int4', token: 'hf_secret' };
    expect(asked).toEqual([begun, begun]);
  });

  it('forgets a format that was refused', async () => {
    const refusal = new AppError('OutOfMemoryError', 'Too large.', { remedies: { quantize: 'int4' } });
    const store = createAppStore({ ...fakeSession(), load: () => Promise.reject(refusal) }, surroundings);
    await store.getState().openModel({ kind: 'hub', address: 'owner/model', quantize: 'int8' });
    expect(store.getState().settings.formats).toEqual({});
  });

  it('keeps the names of the last six, the newest first, without those that come with the app', async () => {
    const store = createAppStore(fakeSession(), surroundings);
    const names = ['a/1', 'a/2', 'a/3', 'a/1', 'a/4', 'a/5', 'a/6', 'a/7'];
    for (const address of names) await store.getState().openModel({ kind: 'hub', address });
    await store.getState().openModel(surroundings.builtIn.language);
    expect(store.getState().settings.recent).toEqual(['a/7', 'a/6', 'a/5', 'a/4', 'a/1', 'a/3']);
  });

  it('closes what was said of a model when it is open, and nothing else', async () => {
    const { store, session } = await ran();
    const { load } = session;
    const hub = { kind: 'hub', address: 'owner/model' } as const;
    session.load = () => Promise.reject(new AppError('SourceError', 'The connection broke.'));
    await store.getState().openModel(hub);
    store.getState().report(new Error('Another thing.'));
    session.load = load;
    await store.getState().openModel(hub);
    expect(store.getState().notices.map(({ message }) => message)).toEqual(['Another thing.']);
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

  it('remembers the format a model was opened in, by where it lies', async () => {
    const { store, session } = await ran();
    const loaded = formatsLoadedBy(session);
    const hub = { kind: 'hub', address: 'owner/model' } as const;
    await store.getState().openModel({ ...hub, quantize: 'int4' });
    expect(store.getState().settings.formats).toEqual({ 'owner/model': 'int4' });
    await store.getState().openModel(hub);
    await store.getState().openModel(location);
    expect(store.getState().model).toMatchObject({ status: 'ready', location });
    await store.getState().openModel({ ...hub, quantize: 'none' });
    expect(store.getState().settings.formats).toEqual({});
    await store.getState().openModel(hub);
    expect(loaded).toEqual(['int4', 'int4', undefined, 'none', undefined]);
  });

  it('keeps the model before when another is refused beforehand, and offers what would fit', async () => {
    const { store, session } = await ran();
    const before = store.getState().model;
    const { load } = session;
    session.load = () =>
      Promise.reject(
        new AppError('OutOfMemoryError', 'It does not fit.', { remedies: { quantize: 'int4', close: 'image' } }),
      );
    const hub = { kind: 'hub', address: 'owner/large' } as const;
    await store.getState().openModel(hub);
    expect(store.getState().model).toBe(before);
    const [notice] = store.getState().notices;
    expect(notice!.message).toBe('It does not fit. TinyWorld stays open.');
    expect(notice!.offers).toEqual([
      { close: null, open: { location: { ...hub, quantize: 'int4' }, expected: 'language' } },
      { close: 'image', open: { location: hub, expected: 'language' } },
    ]);
    session.load = load;
    await store.getState().accept(notice!.offers[0]!);
    expect(store.getState().model).toMatchObject({ status: 'ready', location: { ...hub, quantize: 'int4' } });
    expect(store.getState().notices).toEqual([]);
    await store.getState().accept(notice!.offers[1]!);
    expect(session.calls.slice(-2)).toEqual(['close image', 'load']);
  });

  it('closes a model, and drops the text that its ids belong to', async () => {
    const { store, session } = await ran();
    await store.getState().closeModel('language');
    expect(session.calls.at(-1)).toBe('close language');
    expect(store.getState().model.status).toBe('idle');
    expect(store.getState().text.tokens).toEqual([]);
    await store.getState().openModel(location);
    expect(store.getState().model.status).toBe('ready');
  });

  it('shows a model that is opened while another is being closed, and never that there is none', async () => {
    const { store, session } = await ran();
    const closing = gate();
    session.close = closing.pause;
    const closed = store.getState().closeModel('language');
    expect(store.getState().model.status).toBe('idle');
    const seen: string[] = [];
    store.subscribe(({ model }) => seen.push(model.status));
    const opening = store.getState().openModel(location);
    closing.open();
    await Promise.all([closed, opening]);
    expect(seen.filter((status) => status === 'idle')).toEqual([]);
    expect(store.getState().model.status).toBe('ready');
  });

  it('does not go on with a model that is being closed when the next one is refused', async () => {
    const { store, session } = await ran();
    const closing = gate();
    session.close = closing.pause;
    const closed = store.getState().closeModel('language');
    session.load = () => Promise.reject(new AppError('SourceError', 'There is no such model.'));
    await store.getState().openModel({ kind: 'hub', address: 'owner/model' });
    closing.open();
    await closed;
    expect(store.getState().model.status).toBe('failed');
    expect(store.getState().notices.map(({ message }) => message)).toEqual(['There is no such model.']);
  });

  it('shows nothing of an opening that closing has cut off', async () => {
    const { store, session } = await ran();
    let tell = (): void => undefined;
    let arrive = (): void => undefined;
    session.load = (_, { onProgress } = {}) =>
      new Promise((resolve) => {
        tell = () => onProgress?.({ phase: 'weights', doneBytes: 1, totalBytes: 2 });
        arrive = () => resolve(fakeModel);
      });
    const opening = store.getState().openModel(location);
    const closed = store.getState().closeModel('language');
    tell();
    arrive();
    await Promise.all([opening, closed]);
    expect(store.getState().model.status).toBe('idle');
    session.load = () => Promise.reject(new AppError('SourceError', 'There is no such model.'));
    await store.getState().openModel({ kind: 'hub', address: 'owner/model' });
    expect(store.getState().model.status).toBe('failed');
  });

  it('finds no format for a name that every object answers to', async () => {
    const { store, session } = await ran();
    const loaded = formatsLoadedBy(session);
    const hub = { kind: 'hub', address: 'huggingface.co/constructor' } as const;
    for (const location of [hub, { ...hub, quantize: 'int4' }, hub] as const)
      await store.getState().openModel(location);
    expect(loaded).toEqual([undefined, 'int4', 'int4']);
  });
});
