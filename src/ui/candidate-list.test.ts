import { describe, expect, it } from 'vitest';
import type { Explanation } from '../session/session.ts';
import { candidateList } from './candidate-list.ts';

const logits = [2, 1, -3];
const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
const [first, second, third] = logits.map((logit, id) => ({
  id,
  text: `t${id}`,
  logit,
  probability: Math.exp(logit) / total,
}));
const explanation = { candidates: [first, second], target: first, contrast: null } as unknown as Explanation;

describe('the candidates', () => {
  it('are the likeliest ones', () => {
    expect(candidateList(explanation, 0)).toEqual([first, second]);
  });

  it('include an unlikely target, with the probability its logit stands for', () => {
    const list = candidateList({ ...explanation, target: { ...third!, score: 0 } }, 2);
    expect(list[2]).toMatchObject({ id: 2, probability: expect.closeTo(third!.probability, 12) });
  });

  it('keep an unlikely written token when it has become the contrast', () => {
    expect(candidateList({ ...explanation, contrast: third! }, 2).map(({ id }) => id)).toEqual([0, 1, 2]);
  });
});
