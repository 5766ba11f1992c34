// A conversation in terms of the passage: whose turn it is, what was said, and the tokens that stay from turn to turn.
import type { ChatMessage, GeneratedToken, TemplatedChat } from '../session/session.ts';
import { answerToken, passageOf, type PassageToken } from './passage.ts';
import type { AppState } from './slices.ts';
import type { Exchange, TextState } from './state.ts';

export const canChat = ({ model }: Pick<AppState, 'model'>): boolean =>
  model.status === 'ready' && model.info.chat?.problem === null;

/** Base models may carry a template too, which they were hardly trained on; their names say what they are. */
const isBase = (name: string): boolean => /(^|[-_. ])base($|[-_. ])/i.test(name);

/** Whether the prompt box sends messages. */
export function chats({ model, chat }: Pick<AppState, 'model' | 'chat'>): boolean {
  if (!canChat({ model }) || model.status !== 'ready') return false;
  return (chat.chosen ?? (isBase(model.info.name) ? 'completion' : 'chat')) === 'chat';
}

/** What the model has written to the last message; special tokens are no part of what it said. */
const answerIn = ({ tokens, promptLength }: Pick<TextState, 'tokens' | 'promptLength'>): string =>
  tokens.slice(promptLength).map(({ text, special }) => (special ? '' : text)).join(''); // prettier-ignore

/** Everything said so far, the last answer included. */
export function messagesOf(exchange: Exchange | null, text: TextState): ChatMessage[] {
  if (!exchange) return [];
  const spoken = exchange.messages.filter(({ role }) => role !== 'system');
  return [...spoken, { role: 'assistant', content: answerIn(text) }];
}

/** The messages the model reads next. */
export function nextMessages(state: Pick<AppState, 'chat' | 'text'>, content: string): ChatMessage[] {
  const { exchange, system } = state.chat;
  const first: ChatMessage[] = system.trim() === '' ? [] : [{ role: 'system', content: system.trim() }];
  return [...first, ...messagesOf(exchange, state.text), { role: 'user', content }];
}

/**
 * The tokens of a templated chat. Where it goes on from the passage there is, that stays as it is: read again as a text,
 * what the model wrote may be split into other tokens than those it chose, and nothing of it would be in the cache.
 */
export function chatPassage(chat: TemplatedChat, exchange: Exchange | null, text: TextState): PassageToken[] {
  const { tokens } = chat;
  const passage = passageOf(chat.text, tokens).map((token, index) => ({ ...token, turn: tokens[index]!.turn }));
  const known = exchange && exchange.text + answerIn(text);
  if (known === null || !chat.text.startsWith(known)) return passage;
  const rest = tokens.findIndex(({ start }) => start >= known.length);
  const meets = tokens[rest]?.start === known.length && tokens[rest - 1]?.end === known.length;
  return meets ? [...text.tokens, ...passage.slice(rest)] : passage;
}

/** A token that the model has just written. */
export function writtenToken(token: GeneratedToken, exchange: Exchange | null): PassageToken {
  const written = answerToken(token);
  if (!exchange) return written;
  return { ...written, turn: { kind: 'content', role: 'assistant', message: exchange.messages.length } };
}
