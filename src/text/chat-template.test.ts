import { describe, expect, it } from 'vitest';
import { memorySource } from '../load/memory-source.ts';
import { loadChatTemplate } from './chat-template.ts';

const folder = (files: { readonly [name: string]: unknown }) =>
  memorySource(
    new Map(
      Object.entries(files).map(([name, content]) => [
        name,
        content instanceof Uint8Array
          ? content
          : new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content)),
      ]),
    ),
  );

describe('the chat template of a folder', () => {
  it('is none where no file has one', async () => {
    expect(await loadChatTemplate(folder({}))).toBeNull();
    const asked: string[] = [];
    const source = folder({ 'tokenizer_config.json': { chat_template: null } });
    const open = (name: string) => (asked.push(name), source.open(name));
    expect(await loadChatTemplate({ ...source, open })).toBeNull();
    expect(asked).toEqual(['tokenizer_config.json']);
  });

  it('comes with the special tokens, however they are written', async () => {
    const template = await loadChatTemplate(
      folder({
        'tokenizer_config.json': {
          chat_template: '{{ bos_token }}',
          bos_token: { __type: 'AddedToken', content: '<s>', lstrip: false },
          eos_token: '</s>',
          unk_token: null,
        },
        'special_tokens_map.json': { eos_token: '<old>', pad_token: { content: '<pad>' } },
      }),
    );
    expect(template).toEqual({
      file: 'tokenizer_config.json',
      source: '{{ bos_token }}',
      tokens: { bos_token: '<s>', eos_token: '</s>', pad_token: '<pad>' },
    });
  });

  it('is the default one of a list', async () => {
    const chat_template = [
      { name: 'tool_use', template: 'tools' },
      { name: 'default', template: 'chat' },
    ];
    expect(await loadChatTemplate(folder({ 'tokenizer_config.json': { chat_template } }))).toMatchObject({
      source: 'chat',
    });
  });

  it('is taken from a file of its own first, and from chat_template.json last', async () => {
    const files = {
      'chat_template.jinja': 'own',
      'tokenizer_config.json': { chat_template: 'listed', bos_token: '<s>' },
      'chat_template.json': { chat_template: 'old' },
    };
    expect(await loadChatTemplate(folder(files))).toEqual({
      file: 'chat_template.jinja',
      source: 'own',
      tokens: { bos_token: '<s>' },
    });
    const { 'chat_template.json': old, 'tokenizer_config.json': listed } = files;
    expect(
      await loadChatTemplate(folder({ 'chat_template.json': old, 'tokenizer_config.json': listed })),
    ).toMatchObject({ source: 'listed' });
    expect(await loadChatTemplate(folder({ 'chat_template.json': old }))).toMatchObject({
      file: 'chat_template.json',
      source: 'old',
    });
  });

  it.each([
    [
      { 'tokenizer_config.json': { chat_template: [{ name: 'rag', template: 'x' }] } },
      'tokenizer_config.json: "chat_template" must be a text, or a list with a template named "default"; it holds templates named "rag".',
    ],
    [
      { 'chat_template.json': { chat_template: 7 } },
      'chat_template.json: "chat_template" must be a text, or a list with a template named "default"; it holds neither.',
    ],
    [
      { 'chat_template.jinja': new Uint8Array([0xff, 0xfe]) },
      'chat_template.jinja is not UTF-8 text; copy or download it again.',
    ],
    [
      { 'chat_template.jinja': 'version https://git-lfs.github.com/spec/v1' },
      'chat_template.jinja is a Git LFS pointer, not the file itself: run "git lfs pull" in the model folder, or download the file.',
    ],
  ])('says what is wrong with a broken file', async (files, message) => {
    await expect(loadChatTemplate(folder(files))).rejects.toMatchObject({ name: 'TokenizerError', message });
  });
});
