import { describe, expect, it } from 'vitest';
import { createAppStore } from '../store/app-store.ts';
import { surroundings } from '../store/testing/surroundings.ts';
import type { AppStore } from '../store/slices.ts';
import { fakeSession } from '../store/testing/fake-session.ts';
import { shortcutFor, shortcuts } from './shortcuts.ts';

async function explained(): Promise<AppStore> {
  const store = createAppStore(fakeSession({ answers: { 'Mia has': ' a kite.' } }), surroundings);
  await store.getState().openModel({ kind: 'url', url: 'https://host.example/' });
  store.getState().editDraft('Mia has');
  await store.getState().run();
  await store.getState().explain(4);
  return store;
}

function press(store: AppStore, key: string, held: { ctrlKey?: boolean } = {}): void {
  const found = shortcutFor({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });
  const goTo = (index: number): void => void store.getState().explain(index);
  const map = { kind: 'map', scale: 2.5, places: [], total: 1, excluded: [], excludedShare: 0 } as const;
  found?.shortcut.perform({ state: store.getState(), map, goTo, showHelp: () => undefined }, found.key);
}

describe('keys of the text view', () => {
  it('belong to one action each', () => {
    const keys = shortcuts.flatMap((shortcut) => shortcut.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('change the intensity within its range', async () => {
    const store = await explained();
    press(store, ']');
    expect(store.getState().settings.intensity).toBe(1.75);
    for (let times = 0; times < 20; times += 1) press(store, '[');
    expect(store.getState().settings.intensity).toBe(1);
  });

  it('set a contrast, swap it, and take it back', async () => {
    const store = await explained();
    const target = store.getState().explanation.question?.target;
    press(store, 'c');
    const rival = store.getState().explanation.question?.contrast;
    expect(rival).not.toBe(target);
    press(store, 'x');
    expect(store.getState().explanation.question).toMatchObject({ target: rival, contrast: target });
    press(store, 'X');
    press(store, 'c');
    expect(store.getState().explanation.question).toMatchObject({ target, contrast: null });
  });

  it('lock the scale that is shown, and unlock it', async () => {
    const store = await explained();
    press(store, 'l');
    expect(store.getState().settings.lockedScale).toBe(2.5);
    press(store, 'l');
    expect(store.getState().settings.lockedScale).toBeNull();
  });

  it('show and fold what a chat template wrote', async () => {
    const store = await explained();
    press(store, 't');
    expect(store.getState().chat.templateShown).toBe(true);
    press(store, 't');
    expect(store.getState().chat.templateShown).toBe(false);
  });

  it('choose the method by number', async () => {
    const store = await explained();
    press(store, '3');
    expect(store.getState().explanation.method).toBe('gradient-x-input');
  });

  it('step through the targets, never onto the first token', async () => {
    const store = await explained();
    press(store, 'ArrowRight', { ctrlKey: true });
    expect(store.getState().explanation.question?.index).toBe(5);
    for (let times = 0; times < 9; times += 1) press(store, 'ArrowLeft', { ctrlKey: true });
    expect(store.getState().explanation.question?.index).toBe(1);
  });

  it('leave other keys and combinations to the browser', () => {
    const plain = { ctrlKey: false, metaKey: false, altKey: false };
    expect(shortcutFor({ ...plain, key: 'a' })).toBeNull();
    expect(shortcutFor({ ...plain, key: 'c', ctrlKey: true })).toBeNull();
    expect(shortcutFor({ ...plain, key: 's', altKey: true })).toBeNull();
  });
});
