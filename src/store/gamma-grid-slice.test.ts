import { expect, it } from 'vitest';
import { createAppStore } from './app-store.ts';
import { gammaAxes, gammaCells, gammaGridKey } from './gamma-grid-slice.ts';
import { fakeSession } from './testing/fake-session.ts';
import { imageFile, surroundings } from './testing/surroundings.ts';

async function given() {
  const session = fakeSession();
  const store = createAppStore(session, surroundings);
  await store.getState().giveImage(imageFile(), 'a.png');
  const filled = (): number => store.getState().gammaGrid.maps.filter((map) => map !== null).length;
  return { store, session, filled };
}

it('has a map for every γ of the MLP and of the patches, the recipe’s own among them', () => {
  expect([gammaAxes.patches.length, gammaAxes.mlp.length, gammaCells.length]).toEqual([3, 5, 15]);
  expect(gammaCells[7]).toEqual({ mlp: 0.05, patches: 0.25 });
});

it('fills in one map after the other', async () => {
  const { store, filled } = await given();
  const counts: number[] = [];
  store.subscribe(() => counts.push(filled()));
  await store.getState().fillGammaGrid();
  expect([...new Set(counts)]).toEqual(Array.from({ length: 16 }, (_, count) => count));
  expect(store.getState().gammaGrid.status).toBe('idle');
  // The fake puts γ of the MLP into the last patch.
  expect(store.getState().gammaGrid.maps.map((map) => map?.patches[3])).toEqual(gammaCells.map(({ mlp }) => mlp));
});

it('answers at once when one of its γ is taken, and stays up to date', async () => {
  const { store, session } = await given();
  await store.getState().fillGammaGrid();
  const { length } = session.imageQuestions;
  void store.getState().changeRecipe({ gammas: gammaCells[14]! });
  expect(store.getState().imageExplanation).toMatchObject({ status: 'ready', result: { gammas: gammaCells[14] } });
  expect(session.imageQuestions).toHaveLength(length);
  expect(gammaGridKey(store.getState())).toBe(store.getState().gammaGrid.key);
});

it('keeps what it has when it is cancelled, and goes on from there', async () => {
  const { store, session, filled } = await given();
  const unsubscribe = store.subscribe(() => filled() === 4 && store.getState().cancelGammaGrid());
  await store.getState().fillGammaGrid();
  unsubscribe();
  expect([filled(), store.getState().gammaGrid.status, store.getState().notices]).toEqual([4, 'idle', []]);
  const { length } = session.imageQuestions;
  await store.getState().fillGammaGrid();
  expect(filled()).toBe(15);
  expect(session.imageQuestions.length - length).toBeLessThanOrEqual(12);
});

it('is outdated once another class, recipe or image is asked about, and stops filling', async () => {
  const { store, filled } = await given();
  const filling = store.getState().fillGammaGrid();
  await store.getState().explainClass(3);
  await filling;
  expect(filled()).toBeLessThan(15);
  expect(gammaGridKey(store.getState())).not.toBe(store.getState().gammaGrid.key);
  await store.getState().fillGammaGrid();
  expect(gammaGridKey(store.getState())).toBe(store.getState().gammaGrid.key);
  await store.getState().giveImage(imageFile('b'), 'b.png');
  expect(gammaGridKey(store.getState())).not.toBe(store.getState().gammaGrid.key);
});
