// `tokenize`: ids and character spans of one text, of many, or of a conversation. Needs tokenizer files only: no weights,
// no GPU.
import { AppError } from '../errors.ts';
import { encodeChat, renderChat, type ChatMessage, type ChatRole } from '../text/chat.ts';
import type { TextToken, Tokenizer } from '../text/tokenizer.ts';
import { WrongUsage, type Values } from './arguments.ts';
import type { Command, Context } from './command.ts';
import { chatOptions, chatUsage, readConversation } from './conversation.ts';
import { readJsonFile } from './json-file.ts';

const usage = `Usage: npm run --silent cli -- tokenize --model DIR (--prompt TEXT | --prompts FILE.json | --messages FILE) [flags]

Prints the tokens of a text: id, span in UTF-16 units, text; of a conversation also who speaks.

  --model DIR            folder with tokenizer.json
  --prompt TEXT          the text
  --prompts FILE.json    a JSON file with a text or an array of texts
${chatUsage(25)}  --no-special-tokens    without the tokens the tokenizer puts around a text
  --json                 print {"ids":[…],"tokens":[{"id","text","start","end"}…]}, or an array of those; of a
                         conversation "text" too, and the "role" of each token, null where the template wrote it
`;

interface Tokenized {
  readonly ids: readonly number[];
  readonly tokens: readonly (TextToken & { readonly role?: ChatRole | null })[];
  /** Of a conversation, as the template writes it out. */
  readonly text?: string;
}

export const tokenize: Command = {
  name: 'tokenize',
  summary: 'splits a text into tokens',
  usage,
  options: {
    model: { type: 'string' },
    prompt: { type: 'string' },
    prompts: { type: 'string' },
    ...chatOptions,
    'no-special-tokens': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  async run(values, context) {
    const path = values.required('model');
    const messages = await readConversation(values, context);
    if (messages !== null) {
      values.refuse(['prompts', 'no-special-tokens'], 'does not go with a conversation');
      return print(await conversation(context.path(path), messages, context), values, context);
    }
    const prompt = values.text('prompt');
    const file = values.text('prompts');
    if ((prompt === null) === (file === null))
      throw new WrongUsage('Give either --prompt or --prompts, or a conversation by --messages.');
    const texts = prompt ?? (await readTexts(file!, context));
    const tokenizer = await context.openTokenizer(context.path(path));
    const specialTokens = !values.flag('no-special-tokens');
    const all = [texts].flat().map((text) => tokensOf(text, tokenizer, specialTokens));
    print(Array.isArray(texts) ? all : all[0]!, values, context);
  },
};

function print(tokenized: Tokenized | readonly Tokenized[], values: Values, { terminal }: Context): void {
  if (values.flag('json')) terminal.out(`${JSON.stringify(tokenized)}\n`);
  else terminal.out([tokenized].flat().map(table).join('\n'));
}

async function conversation(path: string, messages: readonly ChatMessage[], context: Context): Promise<Tokenized> {
  const tokenizer = await context.openTokenizer(path);
  const template = await context.openChatTemplate(path);
  if (template === null) {
    throw new AppError(
      'UsageError',
      `${path} has no chat template: the model continues texts, and knows no turns. Leave out --chat and --messages.`,
    );
  }
  const rendered = await renderChat(template, messages, { addGenerationPrompt: messages.at(-1)?.role !== 'assistant' });
  const tokens = encodeChat(tokenizer, rendered).map(({ part, ...token }) => ({ ...token, role: part.role }));
  return { text: rendered.text, ids: tokens.map(({ id }) => id), tokens };
}

function tokensOf(text: string, tokenizer: Tokenizer, specialTokens: boolean): Tokenized {
  // No text, no tokens: not even those that would stand around it.
  const tokens = text === '' ? [] : tokenizer.encode(text, { specialTokens });
  return {
    ids: tokens.map(({ id }) => id),
    tokens: tokens.map((token) => ({ id: token.id, text: token.text, start: token.start, end: token.end })),
  };
}

async function readTexts(file: string, context: Context): Promise<string | string[]> {
  const path = context.path(file);
  const content = await readJsonFile(path, context);
  if (typeof content === 'string') return content;
  if (Array.isArray(content) && content.every((text): text is string => typeof text === 'string')) return content;
  throw new AppError('FormatError', `${path} holds neither a text nor an array of texts.`);
}

function table({ tokens }: Tokenized): string {
  if (tokens.length === 0) return 'no tokens\n';
  return tokens
    .map(({ id, text, start, end, role }) => {
      const speaker = role === undefined ? '' : `${(role ?? 'template').padEnd(9)}  `;
      return `${String(id).padStart(7)}  ${`${start}–${end}`.padEnd(9)}  ${speaker}${JSON.stringify(text)}\n`;
    })
    .join('');
}
