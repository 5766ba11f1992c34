import { describe, expect, it } from 'vitest';
import type { ChatTokenInfo, TemplatedChat } from '../session/session.ts';
import { chatPassage } from './conversation.ts';
import type { PassageToken } from './passage.ts';
import type { TextState } from './state.ts';

const turn = { kind: 'content', role: 'user', message: 0 } as const;

/** Tokens of these texts, in this order. */
function chatOf(...texts: readonly string[]): TemplatedChat {
  const tokens: ChatTokenInfo[] = [];
  let end = 0;
  for (const [id, text] of texts.entries())
    tokens.push({ id, text, start: end, end: (end += text.length), special: false, turn });
  return { text: texts.join(''), tokens };
}

const passage = (promptLength: number, ...tokens: readonly PassageToken[]): TextState => ({
  draft: '',
  source: null,
  tokens,
  promptLength,
  status: 'ready',
  stopped: 'end-of-text',
  prefill: null,
  decode: null,
});
const written = (id: number, text: string, special = false): PassageToken => ({ id, text, special });
const exchange = { messages: [], text: '[hi]' };
const ids = (tokens: readonly PassageToken[]): number[] => tokens.map(({ id }) => id);

describe('the tokens of the next turn', () => {
  it('keep what was written as it was written, though it reads as other tokens', () => {
    const text = passage(1, written(90, '[hi]'), written(91, 'ki'), written(92, 'te'), written(93, '⟨93⟩', true));
    const next = chatPassage(chatOf('[hi]', 'kite', '[you]'), exchange, text);
    expect(ids(next)).toEqual([90, 91, 92, 93, 2]);
    expect(next.at(-1)).toEqual({ id: 2, text: '[you]', special: false, turn });
  });

  it('are read anew where the template changes what was said', () => {
    const text = passage(1, written(90, '[hi]'), written(91, ' kite'));
    expect(ids(chatPassage(chatOf('[hi]', 'kite', '[you]'), exchange, text))).toEqual([0, 1, 2]);
  });

  it('are read anew where a token reaches over the end of what was said', () => {
    const text = passage(1, written(90, '[hi]'), written(91, 'ki'));
    expect(ids(chatPassage(chatOf('[hi]', 'kite'), exchange, text))).toEqual([0, 1]);
  });

  it('are all new in the first turn', () => {
    expect(ids(chatPassage(chatOf('[hi]'), null, passage(1, written(90, '[hi]'))))).toEqual([0]);
  });
});
