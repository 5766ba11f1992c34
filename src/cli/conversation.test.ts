import { describe, expect, test } from 'vitest';
import { runFake } from './fake-context.test-helper.ts';

const user = { role: 'user', content: 'Hi' };
const asked = [user, { role: 'assistant', content: 'Yes?' }, { role: 'user', content: 'Go on' }];
const files = {
  '/here/chat.json': JSON.stringify(asked),
  '/here/system.json': JSON.stringify([{ role: 'system', content: 'Be kind.' }, user]),
  '/here/answered.json': JSON.stringify(asked.slice(0, 2)),
  '/here/empty.json': '[]',
  '/here/broken.json': '[{',
  '/here/role.json': '[{"role":"bot","content":"Hi"}]',
  '/here/content.json': '[{"role":"user"}]',
};
const template = {
  file: 'chat_template.jinja',
  source: "{% for m in messages %}<{{ m['content'] }}>{% endfor %}{% if add_generation_prompt %}:{% endif %}",
  tokens: {},
};

describe('a conversation on the command line', () => {
  test.for(['generate', 'explain'])('is what %s reads, by the template of the model', async (command) => {
    const given = [command, '--model', 'toy', '--chat', '--system', 'Be kind.', '--prompt', 'Hi'];
    const { requests, code } = await runFake(given);
    expect(code).toBe(0);
    expect(requests).toContainEqual({ messages: [{ role: 'system', content: 'Be kind.' }, user] });
    const ids = [...'Be kind.|Hi'].map((character) => character.charCodeAt(0));
    expect(requests).toContainEqual(expect.objectContaining({ ids }));
  });

  test('has several turns in a file', async () => {
    const { requests } = await runFake(['generate', '--model', 'toy', '--messages', 'chat.json'], { files });
    expect(requests).toContainEqual({ messages: asked });
  });

  test.for([
    ['--ids 1 --chat', /--ids are taken as they are/],
    ['--prompt a --messages chat.json', /either --prompt or --messages/],
    ['--chat', /either --prompt or --messages/],
    ['--prompt a --system b', /--system goes with --chat or --messages/],
    ['--messages system.json --system b', /leave out --system/],
  ] as const)('is wrong usage as "%s"', async ([flags, sentence]) => {
    const { code, notes } = await runFake(['generate', '--model', 'toy', ...flags.split(' ')], { files });
    expect(code).toBe(2);
    expect(notes).toMatch(sentence);
  });

  test.for([
    ['answered.json', /^The last message is the assistant's: there is nothing to answer/],
    ['empty.json', /^\/here\/empty.json must hold an array of messages, such as/],
    ['role.json', /^\/here\/role.json: "role" of message 0 must be system, user, assistant; it is "bot"\.$/m],
    ['content.json', /^\/here\/content.json: "content" of message 0 must be a text/],
    ['broken.json', /^\/here\/broken.json cannot be read as JSON: /],
    ['none.json', /^The file \/here\/none.json does not exist\.$/m],
  ] as const)('says what is wrong with %s', async ([file, sentence]) => {
    const { code, notes } = await runFake(['generate', '--model', 'toy', '--messages', file], { files });
    expect(code).toBe(1);
    expect(notes).toMatch(sentence);
  });
});

describe('the tokens of a conversation', () => {
  const tokenize = ['tokenize', '--model', 'toy'];

  test('come with who speaks', async () => {
    const { out } = await runFake([...tokenize, '--chat', '--prompt', 'Hi', '--json'], { template });
    const { text, ids, tokens } = JSON.parse(out) as {
      text: string;
      ids: number[];
      tokens: { role: string | null }[];
    };
    expect(text).toBe('<Hi>:');
    expect(ids).toEqual([...text].map((character) => character.charCodeAt(0)));
    expect(tokens.map(({ role }) => role)).toEqual([null, 'user', 'user', null, null]);
    const table = await runFake([...tokenize, '--chat', '--prompt', 'Hi'], { template });
    expect(table.out.split('\n').slice(0, 2)).toEqual([
      '     60  0–1        template   "<"',
      '     72  1–2        user       "H"',
    ]);
  });

  test('end behind the last answer', async () => {
    const { out } = await runFake([...tokenize, '--messages', 'answered.json', '--json'], { template, files });
    expect(JSON.parse(out)).toMatchObject({ text: '<Hi><Yes?>' });
  });

  test('need a template, and take no other text', async () => {
    const none = await runFake([...tokenize, '--chat', '--prompt', 'Hi']);
    expect(none).toMatchObject({ code: 1, notes: expect.stringContaining('/here/toy has no chat template') as string });
    const both = await runFake([...tokenize, '--messages', 'chat.json', '--prompts', 'x.json'], { template, files });
    expect(both).toMatchObject({ code: 2, notes: expect.stringContaining('--prompts does not go') as string });
  });
});
