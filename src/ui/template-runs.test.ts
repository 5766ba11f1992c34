import { describe, expect, it } from 'vitest';
import type { ChatRole } from '../session/session.ts';
import { unitsOf, type PassageToken } from '../store/passage.ts';
import { relevanceMap } from '../store/relevance-map.ts';
import { drawnUnits } from './passage-tokens.ts';
import { itemAt, passageItems, spokenRun, templateRuns, type DrawnRun } from './template-runs.ts';

const template = (text: string): PassageToken => ({ id: 0, text, special: false, turn: { kind: 'template', role: null, message: null } }); // prettier-ignore
const content = (text: string, role: ChatRole): PassageToken => ({ id: 1, text, special: false, turn: { kind: 'content', role, message: 0 } }); // prettier-ignore
const tokens = [
  template('<'),
  template('user>'),
  content('Who', 'user'),
  content('?', 'user'),
  template('<end>'),
  template('<'),
  template('assistant>'),
];

const itemsOf = (open: readonly number[], values: readonly number[] | null = null) => {
  const map = values && relevanceMap(values, 1, { special: () => false, policy: 'show', lockedScale: 2 });
  return passageItems(drawnUnits(unitsOf(tokens), map), templateRuns(tokens), map, (first) => open.includes(first));
};
const names = (items: ReturnType<typeof itemsOf>) => items.map(({ kind, first }) => `${kind} ${first}`);

describe('runs of template tokens', () => {
  it('are named after who speaks next, the last one after who answers', () => {
    expect(templateRuns(tokens)).toEqual([
      { first: 0, count: 2, role: 'user' },
      { first: 4, count: 3, role: 'assistant' },
    ]);
    expect(templateRuns([{ id: 1, text: 'a', special: false }])).toEqual([]);
  });

  it('stand folded in place of their tokens, or open before them', () => {
    expect(names(itemsOf([]))).toEqual(['run 0', 'unit 2', 'unit 3', 'run 4']);
    expect(names(itemsOf([4]))).toEqual(['run 0', 'unit 2', 'unit 3', 'run 4', 'unit 4', 'unit 5', 'unit 6']);
  });

  it('carry the sum of what their explained tokens got, on the scale of all', () => {
    const [first, , , last] = itemsOf([], [0.5, -1.5, 1, 1, 0.25]);
    expect(first).toMatchObject({ text: '<user>', relevance: -1, strength: 0.5, open: false });
    expect(first!.share).toBeCloseTo(2 / 4.25, 12);
    expect(last).toMatchObject({ relevance: 0.25 });
    expect(itemsOf([], [1, 1])[3]).toMatchObject({ relevance: null, strength: 0 });
  });

  it('are found by any token in them while they are folded', () => {
    expect([0, 1, 2, 6].map((index) => itemAt(itemsOf([]), index))).toEqual([0, 0, 1, 3]);
    const open = itemsOf([0]);
    expect([0, 1, 2].map((index) => names(open)[itemAt(open, index)])).toEqual(['unit 0', 'unit 1', 'unit 2']);
  });

  it('leave other tokens findable, several of one character too', () => {
    const units = [
      { first: 0, count: 1, text: ' Paris', special: false },
      { first: 1, count: 2, text: '⛵', special: false },
    ];
    const items = passageItems(drawnUnits(units, null), [], null, () => false);
    expect([0, 1, 2, 3].map((index) => itemAt(items, index))).toEqual([0, 1, 1, -1]);
  });

  it('say in words what they are', () => {
    const [first] = itemsOf([], [0.5, -1.5, 1]);
    expect(spokenRun(first as DrawnRun)).toBe('User, template of 2 tokens, folded, relevance minus 1.00');
    expect(spokenRun(itemsOf([0])[0] as DrawnRun)).toBe('User, template of 2 tokens, unfolded');
  });
});
