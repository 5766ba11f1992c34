import { describe, expect, it } from 'vitest';
import { createAppStore } from './app-store.ts';
import { fakeSession, type FakeOptions, type FakeSession } from './testing/fake-session.ts';
import { gate, location } from './testing/opened-store.ts';
import { builtInSight, imageFile, surroundings } from './testing/surroundings.ts';
import type { AppStore } from './slices.ts';

const otherSight = { kind: 'url', url: 'https://example.org/other-sight/' } as const;

async function given(options: FakeOptions = {}): Promise<{ store: AppStore; session: FakeSession }> {
  const session = fakeSession(options);
  const store = createAppStore(session, surroundings);
  await store.getState().giveImage(imageFile(), 'a.png');
  return { store, session };
}

const asked = ({ imageQuestions }: FakeSession) =>
  imageQuestions.map(({ target, contrast, recipe, scalar, gammas }) => [target, contrast, recipe, scalar, gammas]);

describe('giving an image', () => {
  it('opens the built-in image model, explains the likeliest class, and shows the image', async () => {
    const { store, session } = await given();
    const { mode, imageModel, imageExplanation, model } = store.getState();
    expect(mode).toBe('image');
    expect(imageModel).toMatchObject({ status: 'ready', location: builtInSight });
    expect(model.status).toBe('idle');
    expect(imageExplanation).toMatchObject({ status: 'ready', question: { target: 0, contrast: null } });
    expect(asked(session)).toEqual([[null, null, 'cp-lrp-gamma', 'logit', {}]]);
  });

  it('leaves mode, image and explanation alone when the file is none', async () => {
    const { store } = await given();
    const { image, imageExplanation } = store.getState();
    store.getState().showMode('text');
    await store.getState().giveImage(new Blob(['Dear diary']), 'diary.txt');
    expect(store.getState()).toMatchObject({ mode: 'text', image, imageExplanation });
    expect(store.getState().notices).toMatchObject([{ name: 'ImageError', message: 'diary.txt is no image.' }]);
  });

  it('takes the one given last when two are being read', async () => {
    const { store } = await given();
    await Promise.all([
      store.getState().giveImage(imageFile('b'), 'b.png'),
      store.getState().giveImage(imageFile('c'), 'c.png'),
    ]);
    expect(store.getState().image.given?.name).toBe('c.png');
    expect(store.getState().imageExplanation.status).toBe('ready');
    expect(store.getState().notices).toEqual([]);
  });

  it('keeps the image before when reading is cancelled', async () => {
    const { store } = await given();
    const reading = store.getState().giveImage(imageFile('b'), 'b.png');
    expect(store.getState().image).toMatchObject({ status: 'loading', name: 'b.png' });
    store.getState().cancelReading();
    await reading;
    expect(store.getState().image).toMatchObject({ status: 'idle', given: { name: 'a.png' } });
    expect(store.getState().imageExplanation.status).toBe('ready');
  });

  it('opens a sample by its address', async () => {
    const { store } = await given();
    await store.getState().readSamples();
    const [sample] = store.getState().samples;
    await store.getState().giveSample(sample!);
    expect(await store.getState().image.given?.file.text()).toBe('image at ./samples/cat.jpg');
  });

  it('says so when no model could be opened for it', async () => {
    const session = fakeSession();
    session.load = () => Promise.reject(Object.assign(new Error('config.json is missing.'), { name: 'SourceError' }));
    const store = createAppStore(session, surroundings);
    await store.getState().giveImage(imageFile(), 'a.png');
    expect(store.getState().imageExplanation).toMatchObject({ status: 'failed', result: null });
    expect(store.getState().notices.map(({ message }) => message)).toEqual(['config.json is missing.']);
  });
});

describe('explaining a class', () => {
  it('hands the photograph over once, and what the model saw from then on', async () => {
    const { store, session } = await given();
    await store.getState().explainClass(2);
    expect(session.imageQuestions.map(({ image }) => image.width)).toEqual([3, 2]);
    expect(store.getState().imageExplanation.result?.seen).toBe(session.imageQuestions[1]?.image);
  });

  it('asks anew for another class, contrast, recipe, score or γ, and answers known questions at once', async () => {
    const { store, session } = await given();
    const { explainClass, changeRecipe } = store.getState();
    await explainClass(2);
    await explainClass(2, 1);
    await changeRecipe({ recipe: 'attnlrp-gamma' });
    await changeRecipe({ scalar: 'centred-logit' });
    await changeRecipe({ gammas: { mlp: 0.1 } });
    expect(asked(session).slice(1)).toEqual([
      [2, null, 'cp-lrp-gamma', 'logit', {}],
      [2, 1, 'cp-lrp-gamma', 'logit', {}],
      [2, 1, 'attnlrp-gamma', 'logit', {}],
      [2, 1, 'attnlrp-gamma', 'centred-logit', {}],
      [2, 1, 'attnlrp-gamma', 'centred-logit', { mlp: 0.1 }],
    ]);
    void changeRecipe({ gammas: {} });
    expect(store.getState().imageExplanation).toMatchObject({ status: 'ready', result: { gammas: { mlp: 0.05 } } });
    await changeRecipe({ recipe: 'cp-lrp-gamma', scalar: 'logit' });
    void explainClass(0);
    expect(store.getState().imageExplanation).toMatchObject({ status: 'ready', question: { target: 0 } });
    expect(session.imageQuestions).toHaveLength(6);
  });

  it('drops the γ of one recipe when another is chosen', async () => {
    const { store } = await given();
    await store.getState().changeRecipe({ gammas: { head: 2 } });
    await store.getState().changeRecipe({ recipe: 'gradient-x-input' });
    expect(store.getState().imageExplanation).toMatchObject({ gammas: {}, result: { gammas: null } });
  });

  it('lets a new question cancel the old one', async () => {
    const { store } = await given();
    const old = store.getState().explainClass(2);
    await Promise.all([old, store.getState().explainClass(3)]);
    expect(store.getState().imageExplanation).toMatchObject({ status: 'ready', question: { target: 3 } });
    expect(store.getState().imageExplanation.result?.target.id).toBe(3);
    expect(store.getState().notices).toEqual([]);
  });

  it('goes back to the answer there is when it is cancelled', async () => {
    const { store } = await given();
    const before = store.getState().imageExplanation;
    const asking = store.getState().changeRecipe({ recipe: 'attnlrp-gamma' });
    store.getState().cancelImageExplanation();
    await asking;
    expect(store.getState().imageExplanation).toMatchObject({
      status: 'ready',
      recipe: 'cp-lrp-gamma',
      question: before.question,
    });
    expect(store.getState().imageExplanation.result).toBe(before.result);
  });

  it('drops every answer about the image before, and never shows one image with the map of another', async () => {
    const { store } = await given();
    const seen: (number | undefined)[] = [];
    const serial = store.getState().image.given?.serial;
    store.subscribe(({ image, imageExplanation }) => {
      if (image.given?.serial !== serial && imageExplanation.status === 'ready')
        seen.push(imageExplanation.result?.seen.data[0]);
    });
    await store.getState().giveImage(imageFile('longer'), 'b.png');
    expect(new Set(seen)).toEqual(new Set(['image longer'.length]));
  });
});

describe('another image model', () => {
  it('turns the page to images, and explains the image that is there', async () => {
    const { store, session } = await given();
    await store.getState().explainClass(3);
    store.getState().showMode('text');
    await store.getState().openModel(otherSight);
    await expect.poll(() => store.getState().imageExplanation.status).toBe('ready');
    expect(store.getState()).toMatchObject({ mode: 'image', imageModel: { status: 'ready', location: otherSight } });
    expect(session.imageQuestions.map(({ target }) => target)).toEqual([null, 3, null]);
    expect(session.imageQuestions.at(-1)?.image.width).toBe(3);
  });

  it('leaves the language model and its text alone', async () => {
    const session = fakeSession();
    const store = createAppStore(session, surroundings);
    await store.getState().openModel(location);
    store.getState().editDraft('Mia');
    await store.getState().run();
    const { model, text } = store.getState();
    await store.getState().openModel(otherSight);
    expect(store.getState().model).toBe(model);
    expect(store.getState().text.tokens).toBe(text.tokens);
  });

  it('lets a language model go on opening that it interrupted', async () => {
    const { pause, open } = gate();
    const store = createAppStore(fakeSession({ pause }), surroundings);
    void store.getState().openModel(location);
    const opening = store.getState().openModel(otherSight);
    open();
    await opening;
    await expect.poll(() => store.getState().model.status).toBe('ready');
    expect(store.getState().model).toMatchObject({ location });
    expect(store.getState().imageModel.status).toBe('ready');
  });
});

describe('a lost device', () => {
  it('takes both models, and both are opened again', async () => {
    const { store, session } = await given();
    await store.getState().openModel(location);
    const { explainImage } = session;
    session.explainImage = () => Promise.reject(Object.assign(new Error('Lost.'), { name: 'DeviceLostError' }));
    await store.getState().explainClass(4);
    expect([store.getState().model.status, store.getState().imageModel.status]).toEqual(['failed', 'failed']);
    session.explainImage = explainImage;
    await store.getState().reopenModels();
    await expect.poll(() => store.getState().imageExplanation.status).toBe('ready');
    expect([store.getState().model.status, store.getState().imageModel.status]).toEqual(['ready', 'ready']);
  });
});
