// Messages → the text that the model reads, by the model's own template, with what is content and what is template told
// apart; and that text → tokens. A template that stops is explained by what it does take.
import { AppError } from '../errors.ts';
import { compileTemplate, sentenceOf, type RunTemplate, type TemplateOptions } from './chat-jinja.ts';
import { findParts, partOf, type ChatMessage, type ChatPart } from './chat-parts.ts';
import type { ChatTemplate } from './chat-template.ts';
import type { TextToken, Tokenizer } from './tokenizer.ts';

export type { ChatMessage, ChatPart, ChatRole } from './chat-parts.ts';

export interface RenderedChat {
  /** Exactly what the model reads, special tokens written out. */
  readonly text: string;
  readonly parts: readonly ChatPart[];
}

export interface ChatToken extends TextToken {
  readonly part: ChatPart;
}

/**
 * @throws UsageError for messages that the template does not take; TokenizerError for a template that cannot be read
 * or run.
 */
export async function renderChat(
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  { addGenerationPrompt = true, now = new Date() }: Partial<TemplateOptions> = {},
): Promise<RenderedChat> {
  if (messages.length === 0) {
    throw new AppError('UsageError', 'There is no message yet: write one, and the chat can be read by the model.');
  }
  const run = await compileTemplate(template);
  const options = { addGenerationPrompt, now };
  let text: string;
  try {
    text = run(messages, options);
  } catch (error) {
    throw refusal(template, messages, run, options, error);
  }
  return { text, parts: findParts(text, messages, (marked) => run(marked, options)) };
}

/** A template writes the beginning of the text itself, so the tokenizer adds nothing: it would stand there twice. */
export function encodeChat(tokenizer: Tokenizer, { text, parts }: RenderedChat): ChatToken[] {
  return tokenizer.encode(text, { specialTokens: false }).map((token) => ({ ...token, part: partOf(token, parts) }));
}

function refusal(
  { file }: ChatTemplate,
  messages: readonly ChatMessage[],
  run: RunTemplate,
  options: TemplateOptions,
  cause: unknown,
): AppError {
  const takes = (fewer: readonly ChatMessage[]): boolean => {
    try {
      return run(fewer, options) !== '';
    } catch {
      return false;
    }
  };
  const stopped = `The chat template in ${file} stops: ${sentenceOf(cause)}`;
  const spoken = messages.filter(({ role }) => role !== 'system');
  if (spoken.length < messages.length && takes(spoken)) {
    const advice =
      'This model takes no system message here: leave it empty, or begin your first message with its text.';
    return new AppError('UsageError', `${stopped} ${advice}`, { cause });
  }
  if (takes([{ role: 'user', content: 'a' }])) {
    const advice = 'It takes messages of user and assistant in turns, beginning with the user.';
    return new AppError('UsageError', `${stopped} ${advice}`, { cause });
  }
  return new AppError('TokenizerError', `${stopped} Continue a text instead of chatting.`, { cause });
}
