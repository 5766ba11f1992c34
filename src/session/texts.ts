// What a session reads and writes: texts, conversations, tokens, and how the next token is chosen.
import type { ChatMessage, ChatPart } from '../text/chat-parts.ts';

export interface TokenInfo {
  readonly id: number;
  /** null without a tokenizer. */
  readonly text: string | null;
  /** UTF-16 offsets into the text; 0, 0 where ids were given. */
  readonly start: number;
  readonly end: number;
  readonly special: boolean;
}

/** Messages in turns, the system's first if there is one. */
export interface Conversation {
  readonly messages: readonly ChatMessage[];
  /** Whether the text ends where the assistant's next answer begins, which is so where nothing is said. */
  readonly addGenerationPrompt?: boolean;
}

/** Whether the token is somebody's words, or was put around them by the template (role and message are null then). */
export type Turn = Pick<ChatPart, 'kind' | 'role' | 'message'>;

export interface ChatTokenInfo extends TokenInfo {
  readonly turn: Turn;
}

export interface TemplatedChat {
  /** Exactly what the model reads, special tokens written out; the tokens' offsets are into it. */
  readonly text: string;
  readonly tokens: readonly ChatTokenInfo[];
}

/** The text a model reads: typed, ids taken as they are, or a conversation that its chat template writes out. */
export type Prompt = { readonly text: string } | { readonly ids: readonly number[] } | Conversation;

export interface Sampling {
  /** 0 = greedy. */
  readonly temperature: number;
  /** 0 = off. */
  readonly topK: number;
  /** 1 = off. */
  readonly topP: number;
  /** 0 = off. */
  readonly minP: number;
  /** 1 = off. */
  readonly repetitionPenalty: number;
  readonly seed: number;
}

export const greedy: Sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0 };

export interface GeneratedToken {
  readonly id: number;
  readonly special: boolean;
  /** What became readable with this token (half characters wait); null without a tokenizer. */
  readonly text: string | null;
}

export interface Generation {
  readonly ids: readonly number[];
  /** null without a tokenizer. */
  readonly text: string | null;
  readonly stopped: 'end-of-text' | 'max-tokens' | 'context-full' | 'cancelled';
  /** `reused`: tokens before those that were read now, which the cache still held from earlier texts. */
  readonly prefill: { readonly tokens: number; readonly reused?: number; readonly seconds: number };
  readonly decode: { readonly tokens: number; readonly seconds: number };
}
