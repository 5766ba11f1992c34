import { describe, expect, it } from 'vitest';
import { createTokenizer } from '../text/hugging-face.ts';
import { byteLevelJson } from '../text/tokenizers.test-helper.ts';
import { endOfTurn, type Chat } from './chat-session.ts';

const tokenizer = createTokenizer(byteLevelJson(), null);
const chatOf = (tokens: Readonly<Record<string, string>>): Chat => ({
  template: { file: 'chat_template.jinja', source: '', tokens },
  problem: null,
});

describe('the end of a turn', () => {
  it('is the special token that the tokenizer names', () => {
    const [end] = tokenizer.encode('</s>', { specialTokens: false });
    expect(endOfTurn(chatOf({ eos_token: '</s>' }), tokenizer)).toEqual([end!.id]);
  });

  it('is unknown where no token is named, or none that is special', () => {
    expect(endOfTurn(chatOf({}), tokenizer)).toEqual([]);
    expect(endOfTurn(chatOf({ eos_token: 'a' }), tokenizer)).toEqual([]);
    expect(endOfTurn(chatOf({ eos_token: '<|none|>' }), tokenizer)).toEqual([]);
    expect(endOfTurn(null, tokenizer)).toEqual([]);
    expect(endOfTurn({ template: null, problem: 'Broken.' }, tokenizer)).toEqual([]);
  });
});
