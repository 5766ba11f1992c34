import { describe, expect, it } from 'vitest';
import { createAppStore } from '../store/app-store.ts';
import { patchMap } from '../store/relevance-map.ts';
import { fakeSession } from '../store/testing/fake-session.ts';
import { imageFile, surroundings } from '../store/testing/surroundings.ts';
import { imageShortcutFor, imageShortcuts } from './image-shortcuts.ts';

const key = (name: string, held: { ctrlKey?: boolean } = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...held }); // prettier-ignore

async function withImage() {
  const store = createAppStore(fakeSession(), surroundings);
  await store.getState().giveImage(imageFile(), 'a.png');
  let helped = 0;
  const press = async (name: string): Promise<void> => {
    const { imageExplanation } = store.getState();
    const map = patchMap(imageExplanation.result!.patches, imageExplanation.result!.target.score, null);
    imageShortcutFor(key(name))?.perform({ state: store.getState(), map, showHelp: () => (helped += 1) });
    await expect.poll(() => store.getState().imageExplanation.status).toBe('ready');
  };
  return { store, press, helped: () => helped };
}

describe('keys of the picture', () => {
  it('contrast with the likeliest other class, swap, and let go of it', async () => {
    const { store, press } = await withImage();
    const question = () => store.getState().imageExplanation.question;
    await press('c');
    expect(question()).toEqual({ target: 0, contrast: 1 });
    await press('X');
    expect(question()).toEqual({ target: 1, contrast: 0 });
    await press('c');
    expect(question()).toEqual({ target: 1, contrast: null });
  });

  it('choose recipe, mode, grid lines, intensity and scale, and open the help', async () => {
    const { store, press, helped } = await withImage();
    await press('4');
    expect(store.getState().imageExplanation.recipe).toBe('attnlrp-epsilon');
    for (const mode of ['map', 'masked', 'overlay']) {
      await press('m');
      expect(store.getState().settings.picture.mode).toBe(mode);
    }
    await press('g');
    await press(']');
    await press('l');
    expect(store.getState().settings).toMatchObject({ intensity: 1.75, picture: { gridLines: true } });
    expect(store.getState().settings.picture.lockedScale).toBeGreaterThan(0);
    await press('l');
    expect(store.getState().settings.picture.lockedScale).toBeNull();
    await press('?');
    expect(helped()).toBe(1);
  });

  it('leave the browser its own, and are told apart in the help', () => {
    expect(imageShortcutFor(key('c', { ctrlKey: true }))).toBeNull();
    expect(imageShortcutFor(key('q'))).toBeNull();
    const keys = imageShortcuts.flatMap(({ keys }) => keys);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
