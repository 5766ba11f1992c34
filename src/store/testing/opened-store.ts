// A store with a model opened, and one with a prompt run, for the tests of the slices.
import { createAppStore } from '../app-store.ts';
import type { AppStore } from '../slices.ts';
import { surroundings } from './surroundings.ts';
import { fakeSession, type FakeOptions, type FakeSession } from './fake-session.ts';

export const location = { kind: 'url', url: 'https://example.org/model/' } as const;
export const prompt = 'Mia has a red kite. Mia has';
export const answers = { [prompt]: ' a kite.' };

export async function opened(options: FakeOptions = {}): Promise<{ store: AppStore; session: FakeSession }> {
  const session = fakeSession({ answers, ...options });
  const store = createAppStore(session, surroundings);
  await store.getState().openModel(location);
  return { store, session };
}

export async function ran(options: FakeOptions = {}): Promise<{ store: AppStore; session: FakeSession }> {
  const both = await opened(options);
  both.store.getState().editDraft(prompt);
  await both.store.getState().run();
  return both;
}

/** A pause that lasts until the test lets it end. */
export function gate(): { pause: () => Promise<void>; open: () => void } {
  let release: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (release = resolve));
  return { pause: () => closed, open: () => release() };
}

export const written = (store: AppStore): string => {
  const { tokens, promptLength } = store.getState().text;
  return tokens.slice(promptLength).map(({ text }) => text).join(''); // prettier-ignore
};
