import { describe, expect, it } from 'vitest';
import type { Explanation } from '../session/session.ts';
import type { RelevanceMap } from '../store/relevance-map.ts';
import { createAppStore } from '../store/app-store.ts';
import { fakeSession } from '../store/testing/fake-session.ts';
import { surroundings } from '../store/testing/surroundings.ts';
import { adviceFor, legendSentence, negativeScoreNote, numberSentence, promptLint, readingFacts, statusSentence, subjectOf, webGpuProblem } from './sentences.ts'; // prettier-ignore

const explanation: Explanation = {
  tokens: Array.from({ length: 12 }, (_, id) => ({ id, text: 't', relevance: 0 })),
  target: { id: 5, text: ' kite', logit: 20, score: 18.34 },
  contrast: null,
  method: 'attnlrp',
  scalar: 'centred-logit',
  layers: [],
  ledger: { score: 18.34, inputs: 0, softmax: null, biases: null, router: null, residue: null },
  candidates: [],
};

describe('what is explained', () => {
  it('names the centred logit, the raw logit and the contrast', () => {
    expect(subjectOf(explanation)).toBe('“ kite” minus the mean logit at position 12');
    expect(subjectOf({ ...explanation, scalar: 'logit' })).toBe('the logit of “ kite” at position 12');
    const contrast = { id: 6, text: ' boat', logit: 3 };
    expect(subjectOf({ ...explanation, contrast })).toBe('“ kite” minus “ boat” at position 12');
    const nameless = { ...explanation, target: { ...explanation.target, text: null } };
    expect(subjectOf(nameless)).toContain('token id 5 minus');
  });

  it('is followed by a note exactly where the score is negative', () => {
    expect(negativeScoreNote(explanation)).toBeNull();
    const negative = { ...explanation, target: { ...explanation.target, score: -2 } };
    expect(negativeScoreNote({ ...negative, scalar: 'logit' })).toContain('The centred logit avoids this');
    expect(negativeScoreNote(negative)).not.toContain('avoids this');
    expect(negativeScoreNote({ ...negative, contrast: { id: 1, text: 'x', logit: 1 } })).toContain('other candidate');
  });
});

describe('the legend', () => {
  const map: Extract<RelevanceMap, { kind: 'map' }> = { kind: 'map', places: [], scale: 0.831, total: 1, excluded: [0], excludedShare: 0.741 }; // prettier-ignore
  const options = { intensity: 1.5, locked: false, excluded: ['<s>'], hidden: false };

  it('says signs, scale, intensity, and who is left out with what share', () => {
    expect(legendSentence(map, options)).toBe(
      'Full colour at ±0.83 logits · intensity 1.5 · <s> left out of the scale, it carries 74.1 % of |relevance|',
    );
    expect(legendSentence(map, { ...options, excluded: [] })).not.toContain('left out');
    expect(legendSentence(map, { ...options, excluded: ['<s>', '“ a”'], locked: true, hidden: true })).toMatch(
      /logits \(locked\).*2 tokens hidden and left out of the scale, they carry/,
    );
  });
});

describe('a quoted number', () => {
  it('comes in full precision, with what it is, what is explained, the method and the model', () => {
    expect(numberSentence(0.1 + 0.2, 'relevance of “ red” (token 4)', explanation, 'tiny-world')).toBe(
      '0.30000000000000004 logits: relevance of “ red” (token 4), explaining “ kite” minus the mean logit at position 12, AttnLRP, tiny-world',
    );
  });
});

describe('the prompt', () => {
  it('is told with how much of it was in the cache', () => {
    expect(readingFacts(null)).toBe('Prompt tokens read per second');
    expect(readingFacts({ tokens: 12, seconds: 1, reused: 0 })).toBe('Prompt tokens read per second: 12 tokens');
    expect(readingFacts({ tokens: 12, seconds: 1, reused: 40 })).toBe(
      'Prompt tokens read per second: 12 tokens; 40 tokens before them were read already',
    );
  });

  it('is remarked upon when it ends with a space, and not when it ends with a line', () => {
    expect(promptLint('Once upon a ')).toContain('ends with a space');
    expect(promptLint('Once upon a')).toBeNull();
    expect(promptLint('Once upon a\n')).toBeNull();
  });
});

describe('the status line', () => {
  it('follows a model and a prompt from opening to the end', async () => {
    const store = createAppStore(fakeSession({ answers: { 'What is it?': ' A kite.' } }), surroundings);
    const seen = new Set([statusSentence(store.getState())]);
    store.subscribe((state) => seen.add(statusSentence(state)));
    await store.getState().openModel({ kind: 'url', url: 'https://host.example/models/tiny-world/' });
    store.getState().editDraft('What is it?');
    await store.getState().run();
    await store.getState().explain(3);
    expect([...seen]).toEqual([
      'No model is open.',
      'Opening tiny-world …',
      'Loading tiny-world: 0 % of 3.02 MB',
      'Loading tiny-world: 25 % of 3.02 MB',
      'Loading tiny-world: 50 % of 3.02 MB',
      'Loading tiny-world: 75 % of 3.02 MB',
      'Loading tiny-world: 100 % of 3.02 MB',
      'TinyWorld is ready.',
      'Reading the prompt …',
      'Writing …',
      'The text ended after 3 tokens.',
      'Explaining: 0 %',
      'Explaining: 25 %',
      'Explaining: 50 %',
      'Explaining: 75 %',
      'Explaining: 100 %',
    ]);
  });
});

describe('what can be done', () => {
  it('offers to open the model again after its device was lost, and another one after a broken file', () => {
    expect(adviceFor('DeviceLostError').action).toBe('reopen');
    expect(adviceFor('FormatError').action).toBe('choose');
    expect(adviceFor('WorkerError').action).toBe('reload');
    expect(adviceFor('Error')).toEqual({});
  });

  it('tells a missing WebGPU from a page that is not secure', () => {
    expect(webGpuProblem({ secure: true, hasGpu: true })).toBeNull();
    expect(webGpuProblem({ secure: false, hasGpu: false })).toContain('https');
    expect(webGpuProblem({ secure: true, hasGpu: false })).toContain('This browser has no WebGPU');
  });
});
