// What a session does with a model's chat template. One that cannot be read costs the chat only: the model opens, and
// continues texts.
import { AppError } from '../errors.ts';
import type { Source } from '../load/source.ts';
import { compileTemplate } from '../text/chat-jinja.ts';
import { loadChatTemplate, type ChatTemplate } from '../text/chat-template.ts';
import { encodeChat, renderChat } from '../text/chat.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { Conversation, TemplatedChat } from './session.ts';

export type Chat =
  { readonly template: ChatTemplate; readonly problem: null } | { readonly template: null; readonly problem: string };

/** null where the folder has no chat template. */
export async function openChat(source: Source, signal?: AbortSignal): Promise<Chat | null> {
  try {
    const template = await loadChatTemplate(source, signal);
    if (template === null) return null;
    await compileTemplate(template);
    return { template, problem: null };
  } catch (error) {
    // A file that could not be fetched, or a cancelled job, says nothing about the template.
    if (!(error instanceof AppError) || !['TokenizerError', 'FormatError'].includes(error.name)) throw error;
    return { template: null, problem: error.message };
  }
}

/** What ends the assistant's turn. Not every config.json names it: some know the end of a document only. */
export function endOfTurn(chat: Chat | null, tokenizer: Tokenizer): number[] {
  const name = chat?.template?.tokens['eos_token'];
  const tokens = name === undefined ? [] : tokenizer.encode(name, { specialTokens: false });
  return tokens.length === 1 ? tokens.map(({ id }) => id).filter((id) => tokenizer.isSpecial(id)) : [];
}

/** @throws UsageError where there is no template, or one that does not take these messages. */
export async function templated(
  chat: Chat | null,
  tokenizer: Tokenizer,
  { messages, addGenerationPrompt = true }: Conversation,
): Promise<TemplatedChat> {
  if (chat === null) {
    throw new AppError(
      'UsageError',
      'This model has no chat template: it continues texts, and knows no turns. Give it a text instead of messages.',
    );
  }
  if (chat.template === null) throw new AppError('TokenizerError', chat.problem);
  const rendered = await renderChat(chat.template, messages, { addGenerationPrompt });
  const tokens = encodeChat(tokenizer, rendered).map(({ part: { kind, role, message }, ...token }) => ({
    ...token,
    special: tokenizer.isSpecial(token.id),
    turn: { kind, role, message },
  }));
  return { text: rendered.text, tokens };
}
