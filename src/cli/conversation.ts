// --chat, --system and --messages: a conversation instead of a text.
import { AppError } from '../errors.ts';
import type { ChatMessage, ChatRole } from '../session/session.ts';
import { WrongUsage, type Values } from './arguments.ts';
import type { Context } from './command.ts';
import { readJsonFile } from './json-file.ts';

export const chatOptions = {
  chat: { type: 'boolean' },
  system: { type: 'string' },
  messages: { type: 'string' },
} as const;

/** For the help of a command, in its column. */
export const chatUsage = (column: number): string =>
  [
    ['--chat', "the prompt is a message, written out by the model's chat template"],
    ['--system TEXT', 'a system prompt before it'],
    ['--messages FILE', 'a conversation in JSON instead: [{"role":"user","content":"…"}, …]'],
  ]
    .map(([flag, meaning]) => `  ${flag!.padEnd(column - 2)}${meaning}\n`)
    .join('');

/** null where none of the flags is given. */
export async function readConversation(values: Values, context: Context): Promise<ChatMessage[] | null> {
  const file = values.text('messages');
  const system = values.text('system');
  if (file === null && !values.flag('chat')) {
    if (system !== null) throw new WrongUsage('--system goes with --chat or --messages.');
    return null;
  }
  values.refuse(['ids'], 'are taken as they are: a conversation has --prompt or --messages');
  const prompt = values.text('prompt');
  if ((prompt === null) === (file === null)) throw new WrongUsage('Give either --prompt or --messages.');
  const messages: ChatMessage[] =
    file === null ? [{ role: 'user', content: prompt! }] : await readMessages(file, context);
  if (system === null) return messages;
  if (messages[0]?.role === 'system') throw new WrongUsage(`${file} begins with a system message: leave out --system.`);
  return [{ role: 'system', content: system }, ...messages];
}

/** A conversation that the model can answer. */
export function requireQuestion(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const last = messages.at(-1);
  if (last?.role === 'user') return messages;
  throw new AppError(
    'UsageError',
    `The last message is the ${last?.role ?? 'user'}'s: there is nothing to answer. End with a message of the user.`,
  );
}

const roles: readonly ChatRole[] = ['system', 'user', 'assistant'];

async function readMessages(file: string, context: Context): Promise<ChatMessage[]> {
  const path = context.path(file);
  const content = await readJsonFile(path, context);
  if (!Array.isArray(content) || content.length === 0)
    throw new AppError(
      'FormatError',
      `${path} must hold an array of messages, such as [{"role":"user","content":"Hi"}].`,
    );
  return content.map((message: unknown, index) => {
    const { role, content: text } = (message ?? {}) as { readonly role?: unknown; readonly content?: unknown };
    const known = roles.find((name) => name === role);
    if (known === undefined)
      throw new AppError('FormatError', `${path}: "role" of message ${index} must be ${roles.join(', ')}; it is ${JSON.stringify(role)}.`); // prettier-ignore
    if (typeof text !== 'string')
      throw new AppError('FormatError', `${path}: "content" of message ${index} must be a text; it is ${JSON.stringify(text)}.`); // prettier-ignore
    return { role: known, content: text };
  });
}
