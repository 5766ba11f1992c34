import { describe, expect, it } from 'vitest';
import type { ImageExplanation } from '../session/session.ts';
import { patchMap } from '../store/relevance-map.ts';
import { fakeImageAnswer } from '../store/testing/fake-image-answer.ts';
import {
  classSubject,
  negativeClassNote,
  patchName,
  recipeName,
  sharesSentence,
  spokenPatch,
} from './image-sentences.ts';
import { numberSentence } from './sentences.ts';

const result = (asked: Partial<Parameters<typeof fakeImageAnswer>[0]> = {}): ImageExplanation =>
  fakeImageAnswer({
    image: { width: 2, height: 2, data: new Uint8Array(12) },
    target: 1,
    contrast: null,
    scalar: 'logit',
    recipe: 'cp-lrp-gamma',
    ...asked,
  });

describe('what is explained of an image', () => {
  it('is a logit, one without the mean, or the difference of two classes', () => {
    expect(classSubject(result())).toBe('the logit of “dog”');
    expect(classSubject(result({ scalar: 'centred-logit' }))).toBe('“dog” minus the mean logit');
    expect(classSubject(result({ contrast: 0 }))).toBe('“dog” minus “cat”');
  });

  it('comes with the recipe and every γ that is not zero', () => {
    expect(recipeName(result())).toBe('CP-LRP with γ (patches 0.25, MLP 0.05)');
    expect(recipeName(result({ gammas: { patches: 0, mlp: 0, head: 2 } }))).toBe('CP-LRP with γ (head 2)');
    expect(recipeName(result({ recipe: 'gradient-x-input' }))).toBe('Gradient × input');
    expect(numberSentence(0.5, 'relevance of the patch in row 1, column 2', result(), 'TinySight')).toBe(
      '0.5 logits: relevance of the patch in row 1, column 2, explaining the logit of “dog”, CP-LRP with γ (patches 0.25, MLP 0.05), TinySight',
    );
  });

  it('is followed by a note exactly where the score is negative', () => {
    expect(negativeClassNote(result())).toBeNull();
    expect(negativeClassNote(result({ contrast: 0 }))).toContain('prefers the other class');
    expect(negativeClassNote(result({ target: 5, contrast: null }))).toBeNull();
  });

  it('says where the score went', () => {
    expect(sharesSentence(result())).toBe(
      'Of the score +4.00: patches +1.60, biases +2.40, positions 0, class token 0, attention 0.',
    );
    const { ledger } = result();
    const none = { ...ledger, biases: null, softmax: null, positions: null, cls: null, residue: null };
    expect(sharesSentence({ ...result(), ledger: none })).toContain('does not say where the rest');
  });
});

describe('a patch', () => {
  const grid = { rows: 2, columns: 2 };
  it('is named by row and column from one, and spoken with its relevance, share and rank', () => {
    const map = patchMap([1, -3, 0, 0], 1, null);
    if (map.kind !== 'map') throw new Error('expected a map');
    expect(patchName(2, grid)).toBe('row 2, column 1');
    expect(spokenPatch(1, grid, map.places[1])).toBe(
      'row 1, column 2, relevance minus 3.00, 75.0 % of all, rank 1 of 4',
    );
    expect(spokenPatch(1, grid, undefined)).toBe('row 1, column 2');
  });
});
