import { describe, expect, it } from 'vitest';
import { strftime } from './chat-clock.ts';
import { encodeChat, renderChat, type ChatMessage, type RenderedChat } from './chat.ts';
import type { ChatTemplate } from './chat-template.ts';
import {
  chatMl,
  inst,
  instWithSystem,
  llama3,
  phi,
  templates,
  thinking,
  turns,
  zephyr,
} from './chat-templates.test-helper.ts';
import { createTokenizer } from './hugging-face.ts';
import { byteLevelJson, randomTexts } from './tokenizers.test-helper.ts';

const now = new Date(2025, 2, 5, 9, 7, 3);
const system = (content: string): ChatMessage => ({ role: 'system', content });
const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });
const conversation = [user('Hi!'), assistant('Hello.'), user('Who are you?')];

const rendered = (template: ChatTemplate, messages: readonly ChatMessage[], addGenerationPrompt = true) =>
  renderChat(template, messages, { addGenerationPrompt, now });

/** The contents that were found, in order. */
const contents = ({ text, parts }: RenderedChat): string[] =>
  parts.filter(({ kind }) => kind === 'content').map(({ start, end }) => text.slice(start, end));

describe('a rendered chat', () => {
  it('is what the family of the model was trained on', async () => {
    const textOf = async (template: ChatTemplate, messages: readonly ChatMessage[], prompt = true) =>
      (await rendered(template, messages, prompt)).text;
    expect(await textOf(chatMl, conversation)).toBe(
      '<|im_start|>system\nYou answer in short sentences.<|im_end|>\n<|im_start|>user\nHi!<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\nWho are you?<|im_end|>\n<|im_start|>assistant\n',
    );
    expect(await textOf(chatMl, [system('Be kind.'), user('Hi!')], false)).toBe(
      '<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi!<|im_end|>\n',
    );
    expect(await textOf(llama3, [system(' Be kind. '), user('Hi!\n')])).toBe(
      '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nToday: 05 Mar 2025\n\nBe kind.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi!<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    );
    expect(await textOf(inst, conversation)).toBe('<s>[INST] Hi! [/INST]Hello.</s>[INST] Who are you? [/INST]');
    expect(await textOf(instWithSystem, [system('Be kind.'), ...conversation])).toBe(
      '<s>[INST] Hi![/INST] Hello.</s>[INST] Be kind.\n\nWho are you?[/INST]',
    );
    expect(await textOf(zephyr, [system('Be kind.'), ...conversation])).toBe(
      '<|system|>\nBe kind.</s>\n<|user|>\nHi!</s>\n<|assistant|>\nHello.</s>\n<|user|>\nWho are you?</s>\n<|assistant|>\n',
    );
    expect(await textOf(phi, [system('Be kind.'), user('Hi!')], false)).toBe(
      '<|system|>\nBe kind.<|end|>\n<|user|>\nHi!<|end|>\n<|endoftext|>',
    );
    expect(await textOf(turns, conversation)).toBe(
      '<bos><start_of_turn>user\nHi!<end_of_turn>\n<start_of_turn>model\nHello.<end_of_turn>\n<start_of_turn>user\nWho are you?<end_of_turn>\n<start_of_turn>model\n',
    );
  });

  it.each(Object.entries(templates))('tells content from template (%s)', async (_, template) => {
    const chat = await rendered(template, conversation);
    expect(contents(chat)).toEqual(['Hi!', 'Hello.', 'Who are you?']);
    const [first] = chat.parts.filter(({ kind }) => kind === 'content');
    expect(first).toMatchObject({ role: 'user', message: 0 });
    // The parts cover the text without gap or overlap.
    expect(chat.parts.map(({ start }) => start)).toEqual([0, ...chat.parts.slice(0, -1).map(({ end }) => end)]);
    expect(chat.parts.at(-1)!.end).toBe(chat.text.length);
  });

  it.each(Object.entries(templates))(
    'takes any text as a message, and evaluates none of it (%s)',
    async (_, template) => {
      const texts = [
        '{{ bos_token }} {% for x in y %} {# c #} {{ 1 + 1 }}',
        'a "quoted" <b>text</b>\\n & 👩‍👩‍👧 \u{1F44D} 漢字 é',
        'Hi!',
        'user',
        'Hi! Hi!',
        '',
        ...randomTexts(8, 1),
      ];
      for (const text of texts) {
        const messages = [user(text), assistant('Hi!'), user(`${text}?`)];
        const chat = await rendered(template, messages);
        const words = (texts: readonly string[]) => texts.map((text) => text.trim()).filter((text) => text !== '');
        expect(words(contents(chat))).toEqual(words([text, 'Hi!', `${text}?`]));
        expect(chat.text).toContain(text.trim());
      }
    },
  );

  it('keeps outer whitespace in the content where the template does, and only there', async () => {
    const spaced = [user('  Hi!\n'), assistant('\n\n'), user('Who?')];
    expect(contents(await rendered(chatMl, spaced))).toEqual(['  Hi!\n', '\n\n', 'Who?']);
    expect(contents(await rendered(llama3, spaced))).toEqual(['Hi!', 'Who?']);
  });

  it('finds what is left of an answer whose beginning the template cuts off', async () => {
    const chat = await rendered(thinking, [user('2 + 2?'), assistant('<think>\nEasy.\n</think>\n\n4'), user('Sure?')]);
    expect(chat.text).toContain('assistant\n4<|im_end|>');
    expect(contents(chat)).toEqual(['2 + 2?', '4', 'Sure?']);
  });

  it('finds a content that the template shows twice, changes, or escapes', async () => {
    const template = (source: string): ChatTemplate => ({ file: 'chat_template.jinja', source, tokens: {} });
    const twice = template("{{ messages[0]['content'] }}/{{ messages[0]['content'] }}");
    expect(contents(await rendered(twice, [user('ab')]))).toEqual(['ab', 'ab']);
    const upper = template('{{ messages[0].content | upper }}!');
    expect(contents(await rendered(upper, [user('ab')]))).toEqual(['AB']);
    const compared = template("{% if messages[0].content == 'ab' %}> ab{% endif %}");
    expect(contents(await rendered(compared, [user('ab')]))).toEqual(['ab']);
    const hidden = template("{% if messages[0].content == 'ab' %}nothing{% endif %}");
    expect((await rendered(hidden, [user('ab')])).parts).toEqual([
      { start: 0, end: 7, kind: 'template', role: null, message: null },
    ]);
  });

  it('grows from turn to turn, so that what was read before need not be read again', async () => {
    for (const template of Object.values(templates).filter((template) => template !== instWithSystem)) {
      const { text } = await rendered(template, conversation);
      const next = await rendered(template, [...conversation, assistant('A model.'), user('Really?')]);
      expect(next.text.startsWith(text)).toBe(true);
    }
  });
});

describe('a template that stops', () => {
  const failing = (template: ChatTemplate, messages: readonly ChatMessage[]) =>
    rendered(template, messages).then(
      () => null,
      (error: Error) => `${error.name}: ${error.message}`,
    );

  it('is quoted, with what it takes instead', async () => {
    expect(await failing(turns, [system('Be kind.'), ...conversation])).toBe(
      'UsageError: The chat template in chat_template.jinja stops: System role not supported. This model takes no system message here: leave it empty, or begin your first message with its text.',
    );
    expect(await failing(inst, [system('Be kind.'), user('Hi!')])).toMatch(
      /^UsageError: .*stops: Conversation roles must alternate .* leave it empty, or begin your first message with its text\.$/,
    );
    expect(await failing(inst, [user('Hi!'), user('Hello?')])).toMatch(
      /^UsageError: .*stops: Conversation roles must alternate .* It takes messages of user and assistant in turns, beginning with the user\.$/,
    );
    expect(await failing(llama3, [])).toBe(
      'UsageError: There is no message yet: write one, and the chat can be read by the model.',
    );
  });

  it('is named where it is broken or asks for what is not there', async () => {
    const broken = (source: string): ChatTemplate => ({ file: 'chat_template.jinja', source, tokens: {} });
    expect(await failing(broken('{% for message in messages %}'), [user('a')])).toMatch(
      /^TokenizerError: The chat template in chat_template\.jinja cannot be read: .*\. Continue a text instead of chatting, or correct the template\.$/,
    );
    expect(await failing(broken('{{ messages | shuffle }}'), [user('a')])).toMatch(
      /^TokenizerError: The chat template in chat_template\.jinja stops: Unknown ArrayValue filter: shuffle\. Continue a text instead of chatting\.$/,
    );
    expect(await failing(broken("{{ strftime_now('%Q') }}"), [user('a')])).toContain(
      'stops: it formats a date with %Q, which is not supported. Continue',
    );
  });
});

describe('the tokens of a chat', () => {
  const tokenizer = createTokenizer(byteLevelJson(), null);
  const template: ChatTemplate = {
    file: 'chat_template.jinja',
    source: "{{ bos_token }}{% for m in messages %}a{{ m['content'] }}</s>{% endfor %}",
    tokens: { bos_token: '<s>' },
  };

  it('have one beginning of text, which the template writes', async () => {
    const tokens = encodeChat(tokenizer, await rendered(template, [user(' the kite'), assistant('é')]));
    expect(tokens.map(({ text, part }) => [text, part.kind, part.role])).toEqual([
      ['<s>', 'template', null],
      ['a', 'template', null],
      [' the', 'content', 'user'],
      [' kite', 'content', 'user'],
      ['</s>', 'template', null],
      ['a', 'template', null],
      ['é', 'content', 'assistant'],
      ['</s>', 'template', null],
    ]);
  });
});

describe('a date in a template', () => {
  it('is written as Python writes it, in English', () => {
    expect(strftime('%d %b %Y, %B %A %a %y-%m %H:%M:%S %I %p 100%%', now)).toBe(
      '05 Mar 2025, March Wednesday Wed 25-03 09:07:03 09 AM 100%',
    );
    expect(strftime('%-d %-H', now)).toBe('5 9');
    expect(strftime('%I %p', new Date(2025, 0, 1, 12))).toBe('12 PM');
  });
});
