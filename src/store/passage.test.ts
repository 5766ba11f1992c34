import { describe, expect, it } from 'vitest';
import type { TokenInfo } from '../session/session.ts';
import { answerToken, idsIn, passageOf, unitsOf } from './passage.ts';

const info = (id: number, text: string, start: number, end: number, special = false): TokenInfo => ({ id, text, start, end, special }); // prettier-ignore
const texts = (tokens: readonly { text: string }[]): string[] => tokens.map(({ text }) => text);

describe('the passage', () => {
  it('gives every character of the prompt to a token, whitespace between and after them included', () => {
    const tokens = passageOf('a  red kite\n', [
      info(1, '<s>', 0, 0, true),
      info(5, 'a', 0, 1),
      info(6, 'red', 3, 6),
      info(7, ' kite', 6, 11),
    ]);
    expect(texts(tokens)).toEqual(['<s>', 'a', '  red', ' kite\n']);
  });

  it('gives the rest of the prompt to the last token with a span, not to a special token after it', () => {
    const tokens = passageOf('a b ', [info(5, 'a', 0, 1), info(6, 'b', 2, 3), info(2, '</s>', 4, 4, true)]);
    expect(texts(tokens)).toEqual(['a', ' b ', '</s>']);
  });

  it('draws tokens that share a character as one unit, in prompt and answer', () => {
    const prompt = passageOf('x⛵!', [info(4, 'x', 0, 1), info(5, '?', 1, 2), info(6, '?', 1, 2), info(7, '!', 2, 3)]);
    expect(unitsOf(prompt)).toEqual([
      { first: 0, count: 1, text: 'x', special: false },
      { first: 1, count: 2, text: '⛵', special: false },
      { first: 3, count: 1, text: '!', special: false },
    ]);
    const answer = ['', '', '凧', 'a'].map((text, id) => answerToken({ id, text, special: false }));
    expect(unitsOf(answer).map(({ first, count }) => [first, count])).toEqual([
      [0, 3],
      [3, 1],
    ]);
  });

  it('names a character that never became whole, and a special token without a text', () => {
    const tokens = [answerToken({ id: 8, text: '', special: false }), answerToken({ id: 2, text: '', special: true })];
    expect(texts(unitsOf(tokens))).toEqual(['⟨8⟩', '⟨2⟩']);
    expect(answerToken({ id: 8, text: null, special: false }).text).toBe(' 8');
  });

  it('reads a list of ids for models without a tokenizer and refuses anything else', () => {
    expect(idsIn('[1, 20 3]', 21).map(({ id }) => id)).toEqual([1, 20, 3]);
    expect(() => idsIn('1 21', 21)).toThrow('from 0 to 20; "21" is none');
    expect(() => idsIn('1.5', 21)).toThrow('"1.5" is none');
  });
});
