import { describe, expect, test } from 'vitest';
import { imageExplanation, imageInfo, runFake } from './fake-context.test-helper.ts';

const question = (kind: string) => ({ prompt: 'ab', answer: 'c', answerSpan: [1, 2], kind });
const texts = JSON.stringify({ format: 'attnlrp-benchmark/1', items: [question('easy'), question('hard')] });
const words = ['localise', '--model', 'toy', '--benchmark', 'b.json'];
const answer = { ids: ['c'.charCodeAt(0)], text: 'c', stopped: 'max-tokens', prefill: { tokens: 2, seconds: 1 }, decode: { tokens: 1, seconds: 1 } } as const; // prettier-ignore

describe('localise for texts', () => {
  test('scores each method by kind and over all', async () => {
    const answers = { files: { '/here/b.json': texts }, generation: answer };
    const { code, out, notes } = await runFake([...words, '--json'], answers);
    expect(code).toBe(0);
    const table = JSON.parse(out);
    expect(Object.keys(table)).toEqual(['attnlrp', 'cp-lrp', 'gradient-x-input', 'random']);
    // Of the relevances 3 and −1 the second is the evidence's.
    expect(table.attnlrp).toEqual({
      all: { items: 2, top1: 0, mass: 0 },
      easy: { items: 1, top1: 0, mass: 0 },
      hard: { items: 1, top1: 0, mass: 0 },
    });
    expect(notes).toContain('2 of 2 answered');
  });

  test('leaves out what the model answers otherwise', async () => {
    const { out, notes } = await runFake([...words, '--json'], { files: { '/here/b.json': texts } });
    expect(notes).toContain('0 of 2 answered');
    expect(JSON.parse(out).attnlrp).toEqual({ all: { items: 0, top1: 0, mass: 0 } });
  });

  test('explains the words of an answer at once, and not the full stop behind them', async () => {
    const item = { ...question('easy'), answer: 'cd.' };
    const files = { '/here/b.json': JSON.stringify({ format: 'attnlrp-benchmark/1', items: [item] }) };
    const ids = [...'cd.'].map((letter) => letter.charCodeAt(0));
    const answers = { files, generation: { ...answer, ids } };
    const { requests } = await runFake([...words, '--scalar', 'centred-logit'], answers);
    expect(requests.at(-2)).toMatchObject({
      ids: [...'abc'].map((letter) => letter.charCodeAt(0)),
      targets: [
        { position: 2, target: 'c'.charCodeAt(0), contrast: null },
        { position: 3, target: 'd'.charCodeAt(0), contrast: null },
      ],
      scalar: 'centred-logit',
    });
  });

  test('takes no flags of mosaics', async () => {
    const { code, notes } = await runFake([...words, '--images', 'x'], { files: { '/here/b.json': texts } });
    expect(code).toBe(2);
    expect(notes).toContain('--images');
  });
});

describe('localise for mosaics', () => {
  const item = (label: string) => ({ tiles: ['a.png', 'b.png', 'c.png', 'd.png'], label, tile: 1 });
  const mosaics = (...items: unknown[]) =>
    JSON.stringify({ format: 'attnlrp-mosaics/1', items, samples: [item('dog')] });
  const grid = { rows: 2, columns: 2 };
  const answersTo = (text: string) => ({
    files: { '/here/b.json': text },
    info: { ...imageInfo, grid, patchSize: 3 },
    imageExplanation: { ...imageExplanation, grid, patches: [1, 3, -2, 0] },
  });

  test('asks every recipe for the class and scores its tile', async () => {
    const { code, out, requests } = await runFake(
      [...words, '--images', 'pictures', '--json'],
      answersTo(mosaics(item('dog'), item('dog'))),
    );
    expect(code).toBe(0);
    const { scalar, chance, recipes } = JSON.parse(out);
    expect({ scalar, chance }).toEqual({ scalar: 'logit', chance: 0.25 });
    const score = { items: 2, top1: 1, mass: 0.75 };
    expect(recipes['cp-lrp-gamma']).toEqual({ all: score, seen: score });
    expect(Object.keys(recipes)).toHaveLength(6);
    expect(requests[1]).toMatchObject({
      image: { width: 6, height: 6 },
      target: 1,
      contrast: null,
      scalar: 'logit',
      recipe: 'cp-lrp-gamma',
    });
    // One model, five recipes for each of two mosaics, and the end.
    expect(requests).toHaveLength(1 + 5 * 2 + 1);
  });

  test('prints a table that names the scalar and chance', async () => {
    const { out } = await runFake([...words, '--scalar', 'centred-logit'], answersTo(mosaics()));
    expect(out).toContain('centred-logit');
    expect(out).toContain('25 %');
    expect(out).toContain('| cp-lrp-gamma, all | 1 | 100.0 % | 75.0 % |');
  });

  test('tells apart what the model does not see', async () => {
    const unseen = answersTo(mosaics(item('dog')));
    const classes = unseen.imageExplanation.classes.filter(({ label }) => label !== 'dog');
    const answers = { ...unseen, imageExplanation: { ...unseen.imageExplanation, classes } };
    const { recipes } = JSON.parse((await runFake([...words, '--json'], answers)).out);
    expect(recipes.random.all.items).toBe(1);
    expect(recipes['attnlrp-gamma']).toMatchObject({ all: { items: 1 }, seen: { items: 0 } });
  });

  test('reads the pictures from the folder given, or the samples beside the benchmark', async () => {
    const answers = answersTo(mosaics(item('dog')));
    expect((await runFake(words, answers)).read).toContain('/here/../samples/a.png');
    expect((await runFake([...words, '--images', 'pictures'], answers)).read).toContain('/here/pictures/a.png');
  });

  test('names a class that the model has not', async () => {
    const { code, notes } = await runFake([...words, '--images', 'x'], answersTo(mosaics(item('unicorn'))));
    expect(code).toBe(1);
    expect(notes).toContain('"unicorn", which is no class of the model');
  });
});

test('localise refuses a benchmark that is no JSON', async () => {
  const { code, notes } = await runFake(words, { files: { '/here/b.json': '{' } });
  expect(code).toBe(1);
  expect(notes).toContain('/here/b.json cannot be read as JSON');
});
