// Conversations: written out by the model's template, each turn read on top of what the turn before left in the cache.
import { describe, expect, it } from 'vitest';
import { nodeSource } from '../platform/node-source.ts';
import { memoryFile } from '../load/memory-source.ts';
import type { Source } from '../load/source.ts';
import { greedy, type ChatMessage } from './session.ts';
import { at, disposeAfterEach, fixtureFolder, llama, loadedSession, memoryFolders, newSession } from './session.test-helper.ts'; // prettier-ignore

disposeAfterEach();
const tinyChat = at(fixtureFolder('tiny-chat'));
const user = (content: string): ChatMessage => ({ role: 'user', content });
const question = user('What does Mia have?');

/** tiny-chat with another tokenizer_config.json. */
function withConfig(config: object): ReturnType<typeof at> {
  const files = nodeSource(fixtureFolder('tiny-chat'));
  const open: Source['open'] = async (name, signal) =>
    name === 'tokenizer_config.json'
      ? memoryFile(name, new TextEncoder().encode(JSON.stringify(config)))
      : files.open(name, signal);
  memoryFolders.set('other template', { ...files, open });
  return at('other template');
}

describe('a conversation', () => {
  it('is written out by the template, which every token knows its part of', async () => {
    const session = newSession();
    const info = await session.load(tinyChat);
    expect(info).toMatchObject({ chat: { problem: null } });
    const { text, tokens } = await session.tokenizeChat({ messages: [{ role: 'system', content: 'Be kind.' }, question] }); // prettier-ignore
    expect(text).toBe(
      '<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nWhat does Mia have?<|im_end|>\n<|im_start|>assistant\n',
    );
    const words = tokens.filter(({ turn }) => turn.message === 1);
    expect(words.map(({ start, end }) => text.slice(start, end)).join('')).toBe('What does Mia have?');
    expect(words[0]!.turn).toEqual({ kind: 'content', role: 'user', message: 1 });
    expect(tokens[0]).toMatchObject({ text: '<|im_start|>', special: true, turn: { kind: 'template', role: null, message: null } }); // prettier-ignore
    const closed = await session.tokenizeChat({ messages: [question], addGenerationPrompt: false });
    expect(closed.text).toBe('<|im_start|>user\nWhat does Mia have?<|im_end|>\n');
  });

  it('reads of the second turn only what is new, and answers as if it had read all of it', async () => {
    const session = await loadedSession(tinyChat);
    const request = { maxTokens: 8, sampling: greedy };
    const first = (await session.tokenizeChat({ messages: [question] })).tokens.map(({ id }) => id);
    const answer = await session.generate({ ids: first, ...request });
    const messages = [question, { role: 'assistant' as const, content: answer.text! }, user('And Tom?')];
    const second = (await session.tokenizeChat({ messages })).tokens.map(({ id }) => id);
    const known = [...first, ...answer.ids];
    expect(second.slice(0, known.length)).toEqual(known);
    const again = await session.generate({ ids: second, ...request });
    // The last token of an answer has been chosen, but not read.
    expect(again.prefill).toMatchObject({ reused: known.length - 1, tokens: second.length - known.length + 1 });
    const fresh = await (await loadedSession(tinyChat)).generate({ ids: second, ...request });
    expect(fresh.prefill.reused).toBe(0);
    expect(again.ids).toEqual(fresh.ids);
  });
});

describe('a model that cannot chat', () => {
  it('is described without a chat, and says so when it is asked', async () => {
    const session = newSession();
    expect(await session.load(at(fixtureFolder('tiny-text')))).not.toHaveProperty('chat');
    await expect(session.tokenizeChat({ messages: [question] })).rejects.toThrow('This model has no chat template');
    expect(await session.load(llama)).not.toHaveProperty('chat');
    await expect(session.tokenizeChat({ messages: [question] })).rejects.toThrow('no tokenizer.json');
  });

  it.each([
    [{ chat_template: 7 }, /^tokenizer_config.json: "chat_template" must be a text, .*it holds neither\.$/],
    [{ chat_template: '{% for m in messages %}' }, /^The chat template in tokenizer_config.json cannot be read: .*Continue a text/], // prettier-ignore
  ])('opens and continues texts all the same where its template is broken (%o)', async (config, problem) => {
    const session = newSession();
    const info = await session.load(withConfig(config));
    expect(info).toMatchObject({ chat: { problem: expect.stringMatching(problem) as string } });
    await expect(session.tokenizeChat({ messages: [question] })).rejects.toThrow(problem);
    const ids = (await session.tokenize({ text: 'Mia has' })).map(({ id }) => id);
    expect((await session.generate({ ids, maxTokens: 2, sampling: greedy })).ids).toHaveLength(2);
  });
});
