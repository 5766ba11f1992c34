import { describe, expect, it } from 'vitest';
import { createAppStore } from './app-store.ts';
import { fakeModel, fakeSession } from './testing/fake-session.ts';
import { location, ran } from './testing/opened-store.ts';

describe('opening a model', () => {
  it('shows progress, then the model', async () => {
    const store = createAppStore(fakeSession());
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
    const store = createAppStore(broken);
    await store.getState().openModel(location);
    expect(store.getState().model.status).toBe('failed');
    expect(store.getState().notices.map(({ message }) => message)).toEqual(['model.safetensors ends too early.']);
    broken.load = () => Promise.resolve(fakeModel) as never;
    await store.getState().openModel(location);
    expect(store.getState().model.status).toBe('ready');
  });

  it('lets the last chosen model win and drops the old text', async () => {
    const { store } = await ran();
    const [first, second] = [store.getState().openModel(location), store.getState().openModel(location)];
    expect(store.getState().text.tokens).toEqual([]);
    await Promise.all([first, second]);
    expect(store.getState().model).toMatchObject({ status: 'ready', serial: 2 });
    expect(store.getState().notices).toEqual([]);
  });
});
